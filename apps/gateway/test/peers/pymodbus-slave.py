# A meter of the kind Eastron SDM120 and a contactor, made with pymodbus, on a serial line: the
# independent side of `npm run peers -- fieldbus`.
import struct
import sys

from pymodbus import FramerType
from pymodbus.datastore import (
    ModbusSequentialDataBlock,
    ModbusServerContext,
    ModbusSlaveContext,
)
from pymodbus.server import StartSerialServer

# Addresses of a block begin at one here, those on the wire at zero.
registers = [0] * 401


def put(at, value):
    registers[at + 1 : at + 3] = struct.unpack(">HH", struct.pack(">f", value))


for at, value in ((0x00, 230.5), (0x06, 2.5), (0x0C, 565.0), (0x46, 50.25), (0x48, 1234.5), (0x4A, 2.5)):
    put(at, value)
device = ModbusSlaveContext(
    ir=ModbusSequentialDataBlock(0, registers),
    co=ModbusSequentialDataBlock(0, [False] * 17),
)
print("serving", flush=True)
StartSerialServer(
    context=ModbusServerContext(slaves={7: device}, single=False),
    framer=FramerType.RTU,
    port=sys.argv[1],
    baudrate=9600,
    parity="N",
)
