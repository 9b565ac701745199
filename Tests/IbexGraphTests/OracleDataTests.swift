import Foundation
import IbexGraph
import IbexTestSupport
import Testing

/// The golden data can be read, and damaged data is refused.
struct OracleDataTests {
    @Test func everyCaseIsThereAndEveryTensorReads() throws {
        let catalogue = try OracleCatalogue.shared()
        #expect(catalogue.cases.count == 1501)
        for oracle in catalogue.cases {
            for role in oracle.roles() { _ = try oracle.values(role) }
            #expect(try oracle.kind == "initializer" || oracle.tolerance().ofPeak > 0)
        }
    }

    /// `sum` of a case's stored gradients with respect to a product must be what calculus says.
    @Test func matmulCaseIsConsistent() throws {
        let oracle = try #require(OracleCatalogue.shared().cases(family: "ops_math", named: "matmul").first)
        let (a, b) = (try oracle.values("input.x1"), try oracle.values("input.x2"))
        let (m, k, n) = (a.shape[0], a.shape[1], b.shape[1])
        var product = [Double](repeating: 0, count: m * n)
        for i in 0..<m {
            for j in 0..<n {
                for l in 0..<k { product[i * n + j] += a.scalars[i * k + l] * b.scalars[l * n + j] }
            }
        }
        expectClose(Values([m, n], .float32, product), try oracle.values("output.0"), try oracle.tolerance())
    }

    @Test func casesCarryTheirConfiguration() throws {
        let oracle = try #require(
            OracleCatalogue.shared().cases(family: "layers_core", named: "Dense").first { $0.id.hasSuffix("/dense") })
        #expect(oracle.config["units"]?.int == 3)
        #expect(oracle.config["use_bias"]?.bool == true)
        #expect(oracle.config["activation"]?.string == "linear")
        #expect(oracle.config["kernel_regularizer"]?.isNull == true)
        #expect(oracle.weights.map(\.name) == ["kernel", "bias"])
        #expect(throws: IbexError.self) { try oracle.values("output.9") }
    }

    @Test func trajectoriesRead() throws {
        let runs = try OracleTrajectory.all()
        let wanted: Set = ["mlp_adam", "mlp_short_last_batch", "cnn_sgd_momentum", "cnn_rmsprop"]
        #expect(wanted.isSubset(of: runs.map(\.name)))
        for run in runs { #expect(try run.names.allSatisfy { try !run.values($0).scalars.isEmpty }) }
    }
}
