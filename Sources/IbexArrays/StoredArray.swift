import IbexGraph
import IbexRuntime

/// An array that lies in a file or on a device and is read when it is asked for: row by row, in the machine's byte
/// order.
///
/// A file of any format gives its arrays as this and takes them as this; a type that `DType` does not have is read as
/// the narrowest that holds all of its values.
package struct StoredArray: Sendable {
    package let dtype: DType
    package let shape: Shape
    /// The file and the array's name in it, for errors.
    package let place: String
    private let reading: @Sendable (UnsafeMutableRawBufferPointer) throws -> Void

    /// - Parameter reading: fills a buffer of exactly `byteCount` bytes, or throws.
    package init(
        _ dtype: DType, _ shape: Shape, place: String,
        reading: @escaping @Sendable (UnsafeMutableRawBufferPointer) throws -> Void
    ) {
        self.dtype = dtype
        self.shape = shape
        self.place = place
        self.reading = reading
    }

    package var byteCount: Int { TensorType(shape, dtype).byteCount }

    /// Reads all of it.
    ///
    /// - Precondition: `target` has `byteCount` bytes.
    /// - Throws: `IbexError` of kind `file` where the file ends early or is damaged.
    package func read(into target: UnsafeMutableRawBufferPointer) throws {
        precondition(target.count == byteCount, "\(place): \(target.count) bytes for an array of \(byteCount)")
        try reading(target)
    }

    /// All of its bytes.
    ///
    /// - Parameter header: bytes to stand before them.
    package func bytes(after header: [UInt8] = []) throws -> [UInt8] {
        let size = header.count + byteCount
        return try [UInt8](unsafeUninitializedCapacity: size) { target, count in
            let target = UnsafeMutableRawBufferPointer(start: target.baseAddress, count: size)
            target.copyBytes(from: header)
            try read(into: UnsafeMutableRawBufferPointer(rebasing: target[header.count...]))
            count = size
        }
    }

    /// Reads all of it into new memory of a device, without a copy on the host where the host reaches that memory.
    ///
    /// - Throws: as `read(into:)`, and where the device has no room.
    package func load(onto device: Device) throws -> Tensor {
        let backend = try DeviceRegistry.shared.backend(for: device)
        let storage = try backend.makeStorage(byteCount: byteCount) { try read(into: $0) }
        let type = TensorType(shape, dtype)
        return Tensor(Node(Ops.Input(0, type), types: [type], storages: [storage], device: device))
    }

    /// Its contents as a tensor.
    package func tensor() throws -> Tensor { Tensor(HostData(try bytes()), TensorType(shape, dtype)) }
}

extension StoredArray {
    /// The value of a tensor, computed and fetched from its device when it is read.
    package init(_ tensor: Tensor, place: String) {
        self.init(tensor.dtype, tensor.shape, place: place) { target in
            try tensor.read(into: target)
        }
    }

    /// The contents of a variable at the moment when it is read.
    package init(_ variable: Variable) {
        self.init(variable.dtype, variable.shape, place: variable.name) { target in
            try variable.stored.read(into: target)
        }
    }
}
