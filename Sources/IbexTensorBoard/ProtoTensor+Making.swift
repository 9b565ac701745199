import FoundationEssentials

extension ProtoTensor {
    /// A scalar.
    static func float(_ value: Float) -> ProtoTensor {
        .with {
            $0.dtype = .float
            $0.tensorShape = .init()
            $0.floatVal = [value]
        }
    }

    /// No numbers: what a summary holds that says everything in its plugin's data.
    static var nothing: ProtoTensor {
        .with {
            $0.dtype = .float
            $0.tensorShape = shape([0])
        }
    }

    /// A matrix, row by row.
    static func doubles(_ values: [Double], shape extents: [Int]) -> ProtoTensor {
        .with {
            $0.dtype = .double
            $0.tensorShape = shape(extents)
            $0.tensorContent = values.reduce(into: Data()) { data, value in
                withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
            }
        }
    }

    /// Strings of bytes.
    static func strings(_ values: [[UInt8]], shape extents: [Int]) -> ProtoTensor {
        .with {
            $0.dtype = .string
            $0.tensorShape = shape(extents)
            $0.stringVal = values.map { Data($0) }
        }
    }

    private static func shape(_ extents: [Int]) -> ProtoTensorShape {
        .with { $0.dim = extents.map { extent in .with { $0.size = Int64(extent) } } }
    }
}
