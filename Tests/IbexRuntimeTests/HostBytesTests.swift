import IbexGraph
import IbexRuntime
import Testing

/// Numbers that come from the host and need no program to be computed.
@Suite struct HostBytesTests {
    private let table = Tensor(shape: [4, 3], scalars: (0..<12).map { UInt8($0) })

    @Test func rowsOfAConstantUnderAnyShape() {
        #expect(table.hostBytes.map(Array.init) == Array(0..<12))
        #expect(table[1..<3].hostBytes.map(Array.init) == Array(3..<9))
        #expect(table[1...].reshaped(9).hostBytes.map(Array.init) == Array(3..<12))
        #expect(table[1...].reshaped(9)[2..<4].hostBytes.map(Array.init) == [5, 6])
        #expect(table[2].hostBytes.map(Array.init) == [6, 7, 8])
        #expect(table[4...].hostBytes.map(Array.init) == [])
        #expect(Tensor.full(3, [2], .uint8).hostBytes.map(Array.init) == [3, 3])
    }

    @Test func nothingElse() {
        #expect(table[0..., 1...].hostBytes == nil)
        #expect(table.transposed([1, 0]).hostBytes == nil)
        #expect((table + table).hostBytes == nil)
        #expect(Tensor.full(3, [2, 2], .uint8)[0].hostBytes == nil)
        #expect(Tensor.zeros([5 << 20], .float32).hostBytes == nil)
    }

    /// Once a constant lies on a device, the host's copy goes; its numbers are read from there.
    @Test func bytesGoOnceTheyAreOnADevice() throws {
        try withDevice(.cpu) {
            weak var data: HostData?
            let tensor: Tensor
            do {
                let bytes = HostData([1, 2, 3])
                data = bytes
                tensor = Tensor(bytes, TensorType([3], .uint8))
            }
            let rows = tensor[1...]
            #expect(data != nil)
            try Tensor.evaluate([tensor, rows])
            #expect(data == nil)
            #expect(try tensor.scalars(as: UInt8.self) == [1, 2, 3])
            #expect(try rows.scalars(as: UInt8.self) == [2, 3])
            #expect(try (tensor + tensor).scalars(as: UInt8.self) == [2, 4, 6])
        }
    }
}
