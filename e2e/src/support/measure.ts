// What no reader may meet on a small screen, measured in the browser itself: words that leave the
// screen or their box, and boxes that cut off what is in them. Text, since it runs in the page.

/** Of a document and the width of its screen, each fault in words; with `fields` of fields, too. */
export const measure = `(page, { width, fields }) => {
  const faults = new Set();
  const root = page.documentElement;
  const styleOf = page.defaultView.getComputedStyle.bind(page.defaultView);
  const told = (node) => node.textContent.trim().replace(/\\s+/g, ' ').slice(0, 40);
  if (root.scrollWidth > width) faults.add('the page is ' + root.scrollWidth + ' px wide');
  // Read aloud only, or scrolled on purpose.
  const spared = '.out,.skip,.code-block,[hidden],script,noscript,title';
  const boxesOf = (element) => {
    const boxes = [];
    for (let each = element; each && each !== page.body; each = each.parentElement) {
      if (styleOf(each).display !== 'inline') boxes.push(each);
    }
    return boxes;
  };
  const words = page.createTreeWalker(page.body, 4);
  const range = page.createRange();
  while (words.nextNode()) {
    const text = words.currentNode;
    const element = text.parentElement;
    if (text.data.trim() === '' || element.closest(spared)) continue;
    range.selectNodeContents(text);
    const rects = [...range.getClientRects()].filter((each) => each.width > 0);
    if (rects.length === 0) continue;
    const left = Math.min(...rects.map((each) => each.left));
    const right = Math.max(...rects.map((each) => each.right));
    if (left < -1 || right > width + 1) faults.add('beyond the screen: ' + told(text));
    for (const each of boxesOf(element)) {
      const box = each.getBoundingClientRect();
      if (left < box.left - 1 || right > box.right + 1) {
        faults.add('beyond ' + each.localName + ' ' + each.className + ': ' + told(text));
        break;
      }
    }
  }
  for (const element of page.body.querySelectorAll('*')) {
    if (element.closest(spared + ',svg')) continue;
    const { overflowX, overflowY } = styleOf(element);
    const isField = element.localName === 'input' && element.type !== 'hidden';
    const cutX = isField ? fields : overflowX === 'hidden' || overflowX === 'clip';
    const cutY = !isField && (overflowY === 'hidden' || overflowY === 'clip');
    if (cutX && element.scrollWidth > element.clientWidth + 1) {
      faults.add('cut off: ' + (told(element) || element.outerHTML.slice(0, 60)));
    }
    if (cutY && element.scrollHeight > element.clientHeight + 1) {
      faults.add('cut off below: ' + told(element));
    }
  }
  return [...faults];
}`;
