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

    @Test func readsEveryType() throws {
        let file = try SafetensorsFile(
            container(
                #"{"__metadata__":{"a":"b"},"b":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]},"#
                    + #""i":{"dtype":"I64","shape":[1],"data_offsets":[3,11]},"#
                    + #""u":{"dtype":"U8","shape":[2],"data_offsets":[11,13]},"#
                    + #""f":{"dtype":"F32","shape":[],"data_offsets":[13,17]},"#
                    + #""d":{"dtype":"F64","shape":[1,1],"data_offsets":[17,25]},"#
                    + #""n":{"dtype":"I32","shape":[1],"data_offsets":[25,29]},"#
                    + #""e":{"dtype":"F32","shape":[0,4],"data_offsets":[29,29]}}"#,
                [1, 0, 1] + [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F] + [7, 250] + [0, 0, 0x20, 0xC0]
                    + [0, 0, 0, 0, 0, 0, 0xF8, 0x3F] + [0xFE, 0xFF, 0xFF, 0xFF]), name: "types")
        #expect(file.names == ["b", "d", "e", "f", "i", "n", "u"])
        #expect(try file.values("b") == Values([3], .bool, [1, 0, 1]))
        #expect(try file.values("i").integers == [.max])
        #expect(try file.values("u") == Values([2], .uint8, [7, 250]))
        #expect(try file.values("f") == Values([], .float32, [-2.5]))
        #expect(try file.values("d") == Values([1, 1], .float64, [1.5]))
        #expect(try file.values("n") == Values([1], .int32, [-2]))
        #expect(try file.values("e") == Values([0, 4], .float32, []))
    }

    @Test(arguments: [
        "[]", "{", #"{"a":1}"#,
        #"{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}"#,
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
        #"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#,
        #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[4,0]}}"#,
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#,
        #"{"a":{"dtype":"F64","shape":[4611686018427387904,4611686018427387904],"data_offsets":[0,0]}}"#,
    ])
    func refusesADamagedContainer(header: String) {
        #expect(throws: IbexError.self) {
            try SafetensorsFile(container(header, [0, 0, 0, 0, 0, 0, 0, 0]), name: "damaged")
        }
    }

    @Test func refusesATruncatedContainer() {
        #expect(throws: IbexError.self) { try SafetensorsFile(Data([1, 2, 3]), name: "short") }
        #expect(throws: IbexError.self) {
            try SafetensorsFile(Data([255, 255, 255, 255, 255, 255, 255, 255, 0]), name: "long header")
        }
    }

    private func container(_ header: String, _ bytes: [UInt8]) -> Data {
        let count = UInt64(header.utf8.count)
        let length = (0..<8).map { UInt8(truncatingIfNeeded: count >> UInt64(8 * $0)) }
        return Data(length) + Data(header.utf8) + Data(bytes)
    }
}
