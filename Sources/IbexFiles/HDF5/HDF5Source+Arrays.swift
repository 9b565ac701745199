import CIbexHDF5File
import IbexArrays
import IbexGraph

extension HDF5Source {
    /// An array of the file.
    ///
    /// - Parameter position: where its elements lie in a row, as in memory; `nil` where libhdf5 must read them.
    func array(_ path: String, _ elements: HDF5Elements, _ shape: Shape, at position: Int?) -> StoredArray {
        StoredArray(elements.dtype, shape, place: "\(self.path)\(path)") { [self] target in
            guard target.count > 0 else { return }
            if let position {
                try read(at: position, into: target)
            } else {
                try readByChild(path, elements, shape, into: target)
            }
            try finish(target, elements, path)
        }
    }

    private func readByChild(
        _ path: String, _ elements: HDF5Elements, _ shape: Shape, into target: UnsafeMutableRawBufferPointer
    ) throws {
        let extents = shape.extents.map(UInt64.init)
        // Packed bytes are unpacked at 20 MB a second or faster, and zeros made at 500; a chunk and its packed form lie
        // in memory beside the array.
        let seconds = Double(section.length) / 20e6 + Double(target.count) / 500e6
        let limits = ibex_h5_limits(
            processorSeconds: 0.5 + seconds, seconds: 60 + 10 * seconds, bytes: UInt64((256 << 20) + 2 * target.count))
        try HDF5Child.answer(
            of: self, capacity: target.count, while: "the array '\(path)'", limits: limits,
            { section, limits, answer, capacity in
                ibex_h5_read_array(
                    section, limits, path, elements.kind, Int32(extents.count), extents, answer, capacity)
            }
        ) { payload in
            guard payload.count == target.count else {
                throw HDF5Child.damaged(self, found: "\(payload.count) of \(target.count) bytes of '\(path)'")
            }
            target.copyMemory(from: payload)
        }
    }

    /// Turns what was read into elements of our type.
    private func finish(
        _ target: UnsafeMutableRawBufferPointer, _ elements: HDF5Elements, _ path: String
    ) throws {
        if elements.dtype == .bool {
            for index in target.indices { target[index] = target[index] == 0 ? 0 : 1 }
        } else if elements.kind == IBEX_H5_UINT64 {
            let isTooLarge = stride(from: 0, to: target.count, by: 8).contains {
                target.load(fromByteOffset: $0, as: Int64.self) < 0
            }
            guard !isTooLarge else {
                throw IbexError(
                    .file, at: "\(self.path)\(path)", found: "an unsigned number of 64 bits above \(Int64.max)",
                    expected: "numbers that int64 holds")
            }
        }
    }
}
