// Reads a transparency log, from a folder or as a server has it, with Go's sumdb packages
// (golang.org/x/mod): the note of each checkpoint, every tile against the root, every entry, and
// that the log begins with an older one. Arguments: folder or address, public key, file of the
// checkpoint that was kept.
package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type files struct{ dir string }

func read(dir string, name string) ([]byte, error) {
	if !strings.HasPrefix(dir, "http") {
		return os.ReadFile(filepath.Join(dir, name))
	}
	answer, err := http.Get(dir + "/" + name)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 {
		return nil, fmt.Errorf("%s answers %d", name, answer.StatusCode)
	}
	return io.ReadAll(answer.Body)
}

func (f files) Height() int { return 8 }

// The packages write tile/8/L/N for a height that our paths leave out.
func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, len(tiles))
	for i, tile := range tiles {
		data, err := read(f.dir, strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
		if err != nil {
			return nil, err
		}
		all[i] = data
	}
	return all, nil
}

func (f files) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

func fail(err error) {
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
}

func checkpoint(data []byte, err error, key string) tlog.Tree {
	fail(err)
	verifier, err := note.NewVerifier(key)
	fail(err)
	opened, err := note.Open(data, note.VerifierList(verifier))
	fail(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	fail(err)
	hash, err := tlog.ParseHash(lines[2])
	fail(err)
	return tlog.Tree{N: size, Hash: hash}
}

func entries(dir string, size int64) [][]byte {
	var all [][]byte
	for n := int64(0); n*256 < size; n++ {
		tile := tlog.Tile{H: 8, L: 0, N: n, W: int(min(256, size-n*256))}
		path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
		data, err := read(dir, path)
		fail(err)
		for len(data) > 0 {
			length := int(binary.BigEndian.Uint16(data))
			all = append(all, data[2:2+length])
			data = data[2+length:]
		}
	}
	return all
}

func main() {
	dir, key := os.Args[1], os.Args[2]
	newest, err := read(dir, "checkpoint")
	now := checkpoint(newest, err, key)
	kept, err := os.ReadFile(os.Args[3])
	old := checkpoint(kept, err, key)
	reader := tlog.TileHashReader(now, files{dir})
	root, err := tlog.TreeHash(now.N, reader)
	fail(err)
	if root != now.Hash {
		fail(fmt.Errorf("the tiles have another root"))
	}
	all := entries(dir, now.N)
	if int64(len(all)) != now.N {
		fail(fmt.Errorf("%d entries for a tree of %d", len(all), now.N))
	}
	var stored []tlog.Hash
	for i, entry := range all {
		if i%256 == 0 {
			var indexes []int64
			for k := int64(i); k < min(int64(i)+256, now.N); k++ {
				indexes = append(indexes, tlog.StoredHashIndex(0, k))
			}
			stored, err = reader.ReadHashes(indexes)
			fail(err)
		}
		hash := tlog.RecordHash(entry)
		if stored[i%256] != hash {
			fail(fmt.Errorf("entry %d is not the one of the tree", i))
		}
		if i%1000 == 0 {
			proof, err := tlog.ProveRecord(now.N, int64(i), reader)
			fail(err)
			fail(tlog.CheckRecord(proof, now.N, now.Hash, int64(i), hash))
		}
	}
	proof, err := tlog.ProveTree(now.N, old.N, reader)
	fail(err)
	fail(tlog.CheckTree(proof, now.N, now.Hash, old.N, old.Hash))
	fmt.Printf("%d entries, and the %d before them\n", now.N, old.N)
}
