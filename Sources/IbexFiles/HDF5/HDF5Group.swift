import IbexArrays
import IbexGraph

/// A group of an HDF5 file: attributes, groups inside and arrays, each by its name.
///
/// Reading a file gives its root, writing one takes it; an array is read from the file, or from the device, when it is
/// its turn.
package struct HDF5Group: Sendable {
    package var attributes: [String: HDF5Attribute] = [:]
    package var groups: [String: HDF5Group] = [:]
    package var arrays: [String: StoredArray] = [:]

    package init() {}

    /// The group at a path such as `model_weights/dense`; `nil` where there is none.
    package func group(at path: String) -> HDF5Group? {
        path.split(separator: "/").reduce(self as HDF5Group?) { $0?.groups[String($1)] }
    }

    /// The array at a path such as `dense/kernel:0`; `nil` where there is none.
    package func array(at path: String) -> StoredArray? {
        var parts = path.split(separator: "/").map(String.init)
        guard let name = parts.popLast() else { return nil }
        return group(at: parts.joined(separator: "/"))?.arrays[name]
    }

    /// Changes the group at a path, which is made where there is none.
    package mutating func withGroup(at path: String, _ change: (inout HDF5Group) throws -> Void) rethrows {
        func walk(_ group: inout HDF5Group, _ parts: ArraySlice<String>) throws {
            guard let first = parts.first else { return try change(&group) }
            try walk(&group.groups[first, default: HDF5Group()], parts.dropFirst())
        }
        try walk(&self, path.split(separator: "/").map(String.init)[...])
    }

    /// Puts an array at a path; the groups on the way are made where there are none.
    package mutating func put(_ array: StoredArray, at path: String) {
        let parts = path.split(separator: "/").map(String.init)
        guard let name = parts.last else { return }
        withGroup(at: parts.dropLast().joined(separator: "/")) { $0.arrays[name] = array }
    }
}

/// The value of an attribute. What Keras writes: texts, lists of texts, numbers.
package enum HDF5Attribute: Sendable, Hashable {
    case string(String)
    case strings([String])
    case numbers([Double])

    package var string: String? { if case .string(let value) = self { value } else { nil } }

    /// A list of texts; an empty list of numbers counts as one, since Keras writes that where there are none.
    package var strings: [String]? {
        switch self {
        case .strings(let values): values
        case .numbers(let values) where values.isEmpty: []
        default: nil
        }
    }
}

extension HDF5Group {
    /// Whether HDF5 can hold something of this name in a group.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
    }
}
