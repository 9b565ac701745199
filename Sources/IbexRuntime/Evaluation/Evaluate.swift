import IbexGraph

extension Tensor {
    /// Computes tensors together, so that what they share is computed once.
    ///
    /// - Throws: `IbexError` where memory or the device fails.
    public static func evaluate(_ tensors: [Tensor]) throws { try evaluate(tensors, on: nil) }

    /// Computes the tensors that are not computed yet, on `device` unless they are tied to another.
    package static func evaluate(_ tensors: [Tensor], on device: Device?) throws {
        var groups: [Device: [Node]] = [:]
        var seen: Set<ObjectIdentifier> = []
        for tensor in tensors where tensor.node.storages == nil {
            guard seen.insert(ObjectIdentifier(tensor.node)).inserted else { continue }
            let place = try tensor.node.device ?? device ?? Device.current ?? Device.standard
            groups[place, default: []].append(tensor.node)
        }
        for (device, nodes) in groups { try evaluate(nodes, on: device) }
    }

    private static func evaluate(_ nodes: [Node], on device: Device) throws {
        let backend = try DeviceRegistry.shared.backend(for: device)
        let nodes = try nodes.filter { node in
            guard let bytes = Tensor(node).hostBytes else { return true }
            node.fulfil([try backend.upload(bytes)])
            return false
        }
        guard !nodes.isEmpty else { return }
        let roots = nodes.flatMap { node in node.types.indices.map { Root(Tensor(node, $0)) } }
        let (graph, captured) = try Graph.capture(roots)
        try device.requireTypes(of: graph)
        let program = try Planner.program(
            for: graph, fusing: backend.wantsFusion, largestBuffer: device.largestBuffer)
        let inputs = try captured.map { try $0.storage(on: device) }
        let outputs = try program.outputTypes.map { try backend.makeStorage(byteCount: Swift.max($0.byteCount, 1)) }
        try backend.prepare(program).run(inputs: inputs, outputs: outputs)
        var next = 0
        for node in nodes {
            node.fulfil(Array(outputs[next..<next + node.types.count]))
            next += node.types.count
        }
    }

    /// The computed storage, on `device`.
    package func storage(on device: Device) throws -> any Storage {
        try Tensor.evaluate([self], on: device)
        guard let storage, storage.device == device else {
            throw IbexError(
                .device, at: "evaluation", found: "a tensor on \(storage?.device.id ?? "no device")",
                expected: "a tensor on \(device.id)", remedy: "Copy it with to(device).")
        }
        return storage
    }

    /// The tensor's bytes, row-major.
    package func bytes() throws -> [UInt8] {
        if let bytes = hostBytes { return Array(bytes) }
        let count = type.byteCount
        return try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            try read(into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count))
            initialized = count
        }
    }

    /// Copies the tensor's bytes, row-major, computed now if they were not.
    ///
    /// - Precondition: `target` has as many bytes as the tensor.
    package func read(into target: UnsafeMutableRawBufferPointer) throws {
        precondition(target.count == type.byteCount, "Tensor: \(target.count) bytes for a tensor of \(type)")
        if let bytes = hostBytes { return bytes.withUnsafeBytes { target.copyMemory(from: $0) } }
        try Tensor.evaluate([self])
        guard let storage, target.count > 0 else { return }
        try DeviceRegistry.shared.backend(for: storage.device).read(storage, into: target)
    }

    /// The bytes where the host has them: a constant's, one number's, or rows cut out of a constant, whatever their shape.
    /// No device need compute them.
    package var hostBytes: ArraySlice<UInt8>? {
        var (tensor, start) = (self, 0)
        for _ in 0..<Self.longestWayToHost {
            let (op, storages, inputs) = tensor.node.contents
            guard storages == nil else { return nil }
            switch op {
            case let constant as Ops.Constant: return constant.data.bytes[start..<start + type.byteCount]
            case let fill as Ops.Fill where fill.type == type && type.byteCount <= Self.largestFill:
                return fill.hostData.bytes[...]
            case let slice as Ops.Slice where slice.takesWholeRows(of: inputs[0].shape):
                let rowBytes = inputs[0].type.byteCount / Swift.max(inputs[0].shape[0], 1)
                start += slice.starts[0] * rowBytes
                tensor = inputs[0]
            case is Ops.Reshape: tensor = inputs[0]
            default: return nil
            }
        }
        return nil
    }

    private static let longestWayToHost = 16
    /// Above this a device fills its memory itself.
    private static let largestFill = 1 << 24

    /// A copy on another device.
    ///
    /// - Throws: `IbexError` where reading or the other device fails.
    public func to(_ device: Device) throws -> Tensor {
        if storage?.device == device { return self }
        let backend = try DeviceRegistry.shared.backend(for: device)
        let storage = try backend.upload(try bytes()[...])
        return Tensor(Node(Ops.Input(0, type), types: [type], storages: [storage], device: device))
    }
}

extension Device {
    /// Says so where a graph computes in double precision and the device has none; a driver's message would be about
    /// generated source.
    /// - Throws: `IbexError` of kind `device`.
    func requireTypes(of graph: Graph) throws {
        guard !dtypes.contains(.float64),
            graph.vertices.contains(where: { $0.types.contains { $0.dtype == .float64 } })
        else { return }
        throw IbexError(
            .device, at: description, found: "a computation in float64",
            expected: "float32: the device has no double precision",
            remedy: "Set floatx to float32, or run on another device, as withDevice(.cpu) { … } does.")
    }
}

extension Backend {
    /// New storage with these bytes.
    package func upload(_ bytes: ArraySlice<UInt8>) throws -> any Storage {
        let storage = try makeStorage(byteCount: max(bytes.count, 1))
        if !bytes.isEmpty { try bytes.withUnsafeBytes { try write($0, to: storage) } }
        return storage
    }
}

extension Ops.Slice {
    /// Whether the result is neighbouring rows, each as a whole.
    fileprivate func takesWholeRows(of shape: Shape) -> Bool {
        guard shape.rank > 0, steps[0] == 1 else { return false }
        return (1..<shape.rank).allSatisfy { starts[$0] == 0 && counts[$0] == shape[$0] && steps[$0] == 1 }
    }
}
