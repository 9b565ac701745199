import CIbexBLAS
import Foundation
import Ibex
import IbexGraph
import IbexOpenCL
import IbexRuntime

/// OpenBLAS on a product's matrices, with all of the process's processors.
struct BLASProduct {
    let work: RepeatedWork

    init(_ shape: MatrixShape) {
        func matrix(_ shape: Shape) -> UnsafeMutableBufferPointer<Float> {
            let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(shape.elementCount, 1))
            buffer.initialize(repeating: 0.5)
            return buffer
        }
        let (a, b) = (matrix(shape.a), matrix(shape.b))
        let c = matrix([shape.batch, shape.m, shape.n])
        let owner = Owner(buffers: [a, b, c])
        let threads = Int32(ProcessInfo.processInfo.activeProcessorCount)
        let (m, n, k) = (blasint(shape.m), blasint(shape.n), blasint(shape.k))
        let (ta, tb) = (shape.transposeA ? CblasTrans : CblasNoTrans, shape.transposeB ? CblasTrans : CblasNoTrans)
        work = RepeatedWork(
            start: {
                openblas_set_num_threads(threads)
                for item in 0..<shape.batch {
                    cblas_sgemm(
                        CblasRowMajor, ta, tb, m, n, k, 1, owner.buffers[0].baseAddress! + item * shape.m * shape.k,
                        shape.transposeA ? m : k, owner.buffers[1].baseAddress! + item * shape.k * shape.n,
                        shape.transposeB ? k : n, 0, owner.buffers[2].baseAddress! + item * shape.m * shape.n, n)
                }
                // The CPU backend counts on products that stay on the thread that asks for them.
                openblas_set_num_threads(1)
            }, wait: {}, rest: 0.04)
    }

    private final class Owner {
        let buffers: [UnsafeMutableBufferPointer<Float>]
        init(buffers: [UnsafeMutableBufferPointer<Float>]) { self.buffers = buffers }
        deinit { for buffer in buffers { buffer.deallocate() } }
    }
}

/// A copy of 64 MiB: on an OpenCL device the best of several plain kernels, on the CPU `memcpy` on all threads.
struct CopyLimit {
    let work: RepeatedWork
    let name: String
    /// Read and written.
    static let bytes = 2 * count
    private static let count = 64 << 20

    init(on device: Device) throws {
        let backend = try DeviceRegistry.shared.backend(for: device)
        guard let openCL = backend as? OpenCLBackend else {
            (work, name) = (Self.memcpy(), "memcpy on all threads")
            return
        }
        let from = try OpenCLBuffer(openCL.context, byteCount: Self.count)
        let to = try OpenCLBuffer(openCL.context, byteCount: Self.count)
        let zeros = [UInt8](repeating: 1, count: Self.count)
        try zeros.withUnsafeBytes { try from.write($0) }
        try zeros.withUnsafeBytes { try to.write($0) }
        let vectors = Self.count / 64
        let cuts = device.kind == .cpu ? [256, 4096, 65536, vectors / device.computeUnits] : [1]
        var best: (work: RepeatedWork, name: String, seconds: Double)?
        for cut in cuts {
            let kernel = try openCL.library.kernel(Self.source(isCPU: device.kind == .cpu))
            try kernel.set(0, from)
            try kernel.set(1, to)
            try kernel.set(2, value: Int32(cut))
            let items = device.kind == .cpu ? (vectors + cut - 1) / cut : vectors * 4
            let launch = OpenCLLaunch(
                kernel, global: LaunchSize(items), local: LaunchSize(device.kind == .cpu ? 1 : 256))
            let work = RepeatedWork(
                // A kernel does not keep the buffers that it is given.
                start: { try withExtendedLifetime((from, to)) { try openCL.context.enqueue([launch]) } },
                wait: { try openCL.synchronize() })
            _ = try work.time(2)
            let seconds = try (0..<3).map { _ in try work.time(5) }.min() ?? .infinity
            let name = device.kind == .cpu ? "float16 kernel, \(cut) vectors an item" : "float4 kernel"
            if seconds < best?.seconds ?? .infinity { best = (work, name, seconds) }
        }
        (work, name) = (best!.work, best!.name)
    }

    /// Without `restrict`: a compiler that knew the arrays to be apart would call `memcpy`, which passes the caches by.
    private static func source(isCPU: Bool) -> KernelSource {
        let type = isCPU ? "float16" : "float4"
        let body =
            isCPU
            ? "const int begin = get_global_id(0) * cut; for (int i = begin; i < begin + cut; i++) to[i] = from[i];"
            : "to[get_global_id(0)] = from[get_global_id(0)];"
        return KernelSource(
            "__kernel \(isCPU ? "SINGLE " : "")void NAME(__global const \(type) *from, __global \(type) *to, "
                + "const int cut)\n{\n\(body)\n}\n")
    }

    private static func memcpy() -> RepeatedWork {
        let from = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
        let to = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
        from.initializeMemory(as: UInt8.self, repeating: 1)
        to.initializeMemory(as: UInt8.self, repeating: 0)
        // Both live as long as the process.
        let (source, target) = (UInt(bitPattern: from.baseAddress!), UInt(bitPattern: to.baseAddress!))
        let parts = count >> 20
        return RepeatedWork(
            start: {
                DispatchQueue.concurrentPerform(iterations: parts) { part in
                    Glibc.memcpy(
                        UnsafeMutableRawPointer(bitPattern: target)! + part << 20,
                        UnsafeRawPointer(bitPattern: source)! + part << 20, 1 << 20)
                }
            }, wait: {})
    }
}
