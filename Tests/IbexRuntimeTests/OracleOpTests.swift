import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

/// Keras's operators, forward and by gradient, on every backend.
@Suite(.serialized)
struct OracleOpTests {
    /// Operators that the ops of this floor do not make up yet.
    private static let beyond: Set<String> = [
        "einsum", "tensordot", "dot", "hypot", "divide_no_nan", "normalize", "erfinv", "cumsum", "cumprod", "argsort",
        "sort", "top_k", "in_top_k", "repeat", "roll", "take_along_axis", "moveaxis", "tile", "slice_update", "getitem",
        "tril", "triu", "diag", "diagonal", "trace", "meshgrid", "segment_sum", "segment_max", "scatter",
        "scatter_update", "arange", "linspace", "eye", "searchsorted", "image.extract_patches",
    ]

    @Test(arguments: ["ops_math", "ops_shape"], TestBackend.allCases)
    func agreesWithKeras(family: String, backend: TestBackend) throws {
        let device = try backend.device
        try PlainKernels.withDevice(backend == .openCL ? "opencl" : device.id) {
            var computed: [(oracle: OracleCase, roles: [String])] = []
            var tensors: [Tensor] = []
            for oracle in try OracleCatalogue.shared().cases(family: family) {
                guard let body = OracleOp.named[oracle.name] else {
                    #expect(Self.beyond.contains(oracle.name), "nothing computes \(oracle.id)")
                    continue
                }
                guard let (results, roles) = try Self.trace(oracle, on: backend, body) else { continue }
                tensors += results
                computed.append((oracle, roles))
            }
            #expect(computed.count >= (family == "ops_math" ? 190 : 30), "only \(computed.count) cases were computed")
            var values = try tensors.evaluated(on: device)[...]
            for (oracle, roles) in computed {
                let tolerance = try oracle.tolerance()
                for role in roles {
                    guard let got = values.popFirst() else { break }
                    let want = try oracle.values(role)
                    // Keras's integer types vary with the operator; the numbers count.
                    let type = want.dtype.isInteger && got.dtype.isInteger ? want.dtype : got.dtype
                    expectClose(got.cast(to: type), want, tolerance, "\(backend.rawValue), \(oracle.id), \(role)")
                }
            }
        }
    }

    /// The tensors of a case's outputs and gradients, with the role of each.
    private static func trace(
        _ oracle: OracleCase, on backend: TestBackend, _ body: (OracleOp.Call) -> [Tensor]?
    ) throws -> ([Tensor], [String])? {
        var inputs: [String: Tensor] = [:]
        for role in oracle.roles("input.") {
            inputs[String(role.dropFirst(6))] = try backend.tensors([oracle.values(role)])[0]
        }
        guard let outputs = body(OracleOp.Call(tensors: inputs, config: oracle.config)) else { return nil }
        var roles = outputs.indices.map { "output.\($0)" }
        var results = outputs
        let gradientRoles = oracle.roles("grad.input.")
        let sources = gradientRoles.compactMap { inputs[String($0.dropFirst(11))] }
        if !sources.isEmpty {
            let weighted = outputs.indices.filter { oracle.has("upstream.\($0)") }
            let upstreams = try weighted.map { try backend.tensors([oracle.values("upstream.\($0)")])[0] }
            let gradients = gradientsIfAny(
                of: weighted.map { outputs[$0] }, withRespectTo: sources, upstreams: upstreams)
            results += zip(gradients, sources).map { $0 ?? $1.filled(0) }
            roles += gradientRoles
        }
        return (results, roles)
    }
}
