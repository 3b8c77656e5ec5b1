# Reads our server by the client of dlms-cosem: clock, register and object list, then releases. Its
# folder stands in PYTHONPATH. Arguments: port, way (none, low or gmac), password, title, keys.

import sys

from dlms_cosem import cosem, enumerations
from dlms_cosem.client import DlmsClient
from dlms_cosem.io import BlockingTcpIO, IPTransport
from dlms_cosem.security import (
    HighLevelSecurityGmacAuthentication,
    LowLevelSecurityAuthentication,
    NoSecurityAuthentication,
)

port, way, password, title, encryption_key, authentication_key = sys.argv[1:7]
client_sap = {"none": 16, "low": 17, "gmac": 1}[way]
transport = IPTransport(
    io=BlockingTcpIO(host="127.0.0.1", port=int(port)),
    server_logical_address=1,
    client_logical_address=client_sap,
)


def with_keys():
    return DlmsClient(
        transport=transport,
        authentication=HighLevelSecurityGmacAuthentication(),
        encryption_key=bytes.fromhex(encryption_key),
        authentication_key=bytes.fromhex(authentication_key),
        client_system_title=bytes.fromhex(title),
        client_initial_invocation_counter=1000,
    )


def without_keys():
    low = LowLevelSecurityAuthentication(secret=password.encode())
    authentication = low if way == "low" else NoSecurityAuthentication()
    return DlmsClient(transport=transport, authentication=authentication)


wanted = (
    (enumerations.CosemInterface.CLOCK, (0, 0, 1, 0, 0)),
    (enumerations.CosemInterface.REGISTER, (1, 0, 1, 8, 0)),
    (enumerations.CosemInterface.ASSOCIATION_LN, (0, 0, 40, 0, 0)),
)
with (with_keys() if way == "gmac" else without_keys()).session() as session:
    for interface, name in wanted:
        attribute = cosem.CosemAttribute(interface=interface, instance=cosem.Obis(*name), attribute=2)
        print("read", name, session.get(attribute).hex())
print("released")
