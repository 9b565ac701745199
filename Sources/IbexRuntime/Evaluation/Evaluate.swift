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
        if nodes.count == 1, let constant = nodes[0].op as? Ops.Constant {
            return nodes[0].fulfil([try backend.upload(constant.data)])
        }
        let roots = nodes.flatMap { node in node.types.indices.map { Root(Tensor(node, $0)) } }
        let (graph, captured) = try Graph.capture(roots)
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
        // A variable's storage may have been written over since its node was made from a constant.
        if node.storages == nil, let constant = node.op as? Ops.Constant { return constant.data.bytes }
        try Tensor.evaluate([self])
        guard let storage else { return [] }
        let backend = try DeviceRegistry.shared.backend(for: storage.device)
        let count = type.byteCount
        return try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            if count > 0 {
                try backend.read(
                    storage,
                    into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
            }
            initialized = count
        }
    }

    /// A copy on another device.
    ///
    /// - Throws: `IbexError` where reading or the other device fails.
    public func to(_ device: Device) throws -> Tensor {
        if storage?.device == device { return self }
        let backend = try DeviceRegistry.shared.backend(for: device)
        let data = HostData(try bytes())
        return Tensor(
            Node(Ops.Constant(data, type), types: [type], storages: [try backend.upload(data)], device: device))
    }
}

extension Backend {
    /// New storage with these bytes.
    package func upload(_ data: HostData) throws -> any Storage {
        let storage = try makeStorage(byteCount: max(data.bytes.count, 1))
        if !data.bytes.isEmpty { try data.bytes.withUnsafeBytes { try write($0, to: storage) } }
        return storage
    }
}
