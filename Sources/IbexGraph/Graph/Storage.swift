/// A buffer on one device that holds one contiguous, row-major tensor.
package protocol Storage: AnyObject, Sendable {
    var byteCount: Int { get }
    var device: Device { get }
}

/// Bytes on the host, shared by reference, that never change.
package final class HostData: Sendable, Hashable {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The elements of `scalars`, row-major, in the machine's byte order.
    package convenience init<Element: BitwiseCopyable>(copying scalars: [Element]) {
        self.init(scalars.withUnsafeBytes { Array($0) })
    }

    package static func == (a: HostData, b: HostData) -> Bool { a === b }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
