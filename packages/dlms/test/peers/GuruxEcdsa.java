// Signatures (HLS 7, suite 1) by Gurux's Java: a client that reads our server, and Gurux's example
// server with keys of ours. Run as a source file, with the example's class path. Arguments: `client`
// PORT SERVER-PUBLIC CLIENT-PRIVATE TITLE KEY AUTHENTICATION-KEY, or `server` PORT CLIENT-PUBLIC
// SERVER-PRIVATE.

import gurux.common.enums.TraceLevel;
import gurux.dlms.GXByteBuffer;
import gurux.dlms.GXReplyData;
import gurux.dlms.enums.Authentication;
import gurux.dlms.enums.InterfaceType;
import gurux.dlms.enums.Security;
import gurux.dlms.objects.GXDLMSClock;
import gurux.dlms.objects.GXDLMSRegister;
import gurux.dlms.objects.enums.SecuritySuite;
import gurux.dlms.secure.GXDLMSSecureClient;
import gurux.dlms.server.example.GXDLMSServerLN_47;
import java.io.DataInputStream;
import java.math.BigInteger;
import java.net.Socket;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;

public class GuruxEcdsa {
  public static void main(String[] given) throws Exception {
    int port = Integer.parseInt(given[1]);
    KeyPair keys = pair(hex(given[2]), hex(given[3]));
    if (given[0].equals("server")) serve(port, keys);
    else read(port, keys, given);
  }

  static void serve(int port, KeyPair keys) throws Exception {
    GXDLMSServerLN_47 server = new GXDLMSServerLN_47(String.valueOf(port));
    server.getCiphering().setSigningKeyPair(keys);
    server.initialize(port, TraceLevel.OFF);
    while (System.in.read() != -1) {}
    server.close();
    System.exit(0);
  }

  static void read(int port, KeyPair keys, String[] given) throws Exception {
    GXDLMSSecureClient client =
        new GXDLMSSecureClient(true, 2, 1, Authentication.HIGH_ECDSA, null, InterfaceType.WRAPPER);
    client.getCiphering().setSystemTitle(hex(given[4]));
    client.getCiphering().setSecuritySuite(SecuritySuite.SUITE_1);
    client.getCiphering().setSecurity(Security.AUTHENTICATION_ENCRYPTION);
    client.getCiphering().setBlockCipherKey(hex(given[5]));
    client.getCiphering().setAuthenticationKey(hex(given[6]));
    client.getCiphering().setSigningKeyPair(keys);
    try (Socket socket = new Socket("127.0.0.1", port)) {
      client.parseAareResponse(ask(socket, client, client.aarqRequest()).getData());
      byte[][] proof = client.getApplicationAssociationRequest();
      client.parseApplicationAssociationResponse(ask(socket, client, proof).getData());
      GXDLMSRegister register = new GXDLMSRegister("1.0.1.8.0.255");
      GXReplyData value = ask(socket, client, client.read(register, 2));
      System.out.println("register " + client.updateValue(register, 2, value.getValue()));
      GXDLMSClock clock = new GXDLMSClock("0.0.1.0.0.255");
      GXReplyData time = ask(socket, client, client.read(clock, 2));
      System.out.println("clock " + client.updateValue(clock, 2, time.getValue()));
      ask(socket, client, client.releaseRequest());
      System.out.println("released");
    }
  }

  /** The last answer, put together of all its frames. */
  static GXReplyData ask(Socket socket, GXDLMSSecureClient client, byte[][] frames)
      throws Exception {
    GXReplyData reply = new GXReplyData();
    for (byte[] frame : frames) {
      reply.clear();
      socket.getOutputStream().write(frame);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      GXByteBuffer heard = new GXByteBuffer();
      do {
        byte[] head = in.readNBytes(8);
        heard.set(head);
        heard.set(in.readNBytes(((head[6] & 0xff) << 8) | (head[7] & 0xff)));
      } while (!client.getData(heard, reply));
      if (reply.getError() != 0) throw new Exception("error " + reply.getError());
    }
    return reply;
  }

  /** The other side's public key, and the own private one: so Gurux keeps them. */
  static KeyPair pair(byte[] point, byte[] number) throws Exception {
    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    ECParameterSpec spec = curve.getParameterSpec(ECParameterSpec.class);
    BigInteger x = new BigInteger(1, Arrays.copyOfRange(point, 0, 32));
    BigInteger y = new BigInteger(1, Arrays.copyOfRange(point, 32, 64));
    KeyFactory factory = KeyFactory.getInstance("EC");
    return new KeyPair(
        factory.generatePublic(new ECPublicKeySpec(new ECPoint(x, y), spec)),
        factory.generatePrivate(new ECPrivateKeySpec(new BigInteger(1, number), spec)));
  }

  static byte[] hex(String text) {
    return java.util.HexFormat.of().parseHex(text);
  }
}
