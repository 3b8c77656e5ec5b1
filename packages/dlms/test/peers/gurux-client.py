# Reads our server by the client of Gurux.DLMS.Python: clock, register with scaler and unit, and the
# object list, then releases. The folder of gurux_dlms stands in PYTHONPATH; its packages for lines
# are not needed. Arguments: port, framing (wrapper or hdlc), way (none, low or gmac), suite,
# password, title, keys.

import socket
import sys

from gurux_dlms import GXByteBuffer, GXReplyData
from gurux_dlms.enums import Authentication, InterfaceType, Security
from gurux_dlms.objects import GXDLMSClock, GXDLMSRegister
from gurux_dlms.objects.enums import SecuritySuite
from gurux_dlms.secure.GXDLMSSecureClient import GXDLMSSecureClient

port, framing, way, suite, password, title, encryption_key, authentication_key = sys.argv[1:9]
client_sap = {"none": 16, "low": 17, "gmac": 1}[way]
authentication = {
    "none": Authentication.NONE,
    "low": Authentication.LOW,
    "gmac": Authentication.HIGH_GMAC,
}[way]
interface = InterfaceType.WRAPPER if framing == "wrapper" else InterfaceType.HDLC
client = GXDLMSSecureClient(True, client_sap, 1, authentication, password, interface)
if way == "gmac":
    suites = (SecuritySuite.SUITE_0, SecuritySuite.SUITE_1)
    client.ciphering.securitySuite = suites[int(suite)]
    client.ciphering.security = Security.AUTHENTICATION_ENCRYPTION
    client.ciphering.systemTitle = bytearray.fromhex(title)
    client.ciphering.blockCipherKey = bytearray.fromhex(encryption_key)
    client.ciphering.authenticationKey = bytearray.fromhex(authentication_key)
    client.ciphering.invocationCounter = 1000

line = socket.create_connection(("127.0.0.1", int(port)), timeout=10)


def exchange(frame, reply):
    line.sendall(frame)
    received = GXByteBuffer()
    while not client.getData(received, reply, None):
        part = line.recv(4096)
        if not part:
            raise EOFError("the server hung up")
        received.set(part)


def ask(frames):
    reply = GXReplyData()
    for frame in frames if isinstance(frames, list) else [frames]:
        reply.clear()
        exchange(frame, reply)
        while reply.isMoreData():
            exchange(client.receiverReady(reply), reply)
    return reply


def read(item, attribute):
    reply = ask(client.read(item, attribute))
    return client.updateValue(item, attribute, reply.value)


link = client.snrmRequest()
if link:
    client.parseUAResponse(ask(link).data)
client.parseAareResponse(ask(client.aarqRequest()).data)
if authentication > Authentication.LOW:
    client.parseApplicationAssociationResponse(ask(client.getApplicationAssociationRequest()).data)

register = GXDLMSRegister("1.0.1.8.0.255")
read(register, 3)
read(register, 2)
clock = GXDLMSClock("0.0.1.0.0.255")
read(clock, 2)
print("register", register.value, "clock", clock.time)
objects = client.parseObjects(ask(client.getObjectsRequest()).data, True)
print("objects", " ".join(sorted(str(each.logicalName) for each in objects)))
if way == "gmac" or framing == "wrapper":
    ask(client.releaseRequest())
if framing == "hdlc":
    ask(client.disconnectRequest())
print("released")
