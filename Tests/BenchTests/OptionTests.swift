import ArgumentParser
import IbexTestSupport
import Testing

@testable import bench

@Suite struct OptionTests {
    @Test func defaults() throws {
        let bench = try Bench.parse([])
        #expect(bench.chosenDevices == ["cpu", "opencl"])
        #expect(bench.models == nil && bench.batchSize == nil && bench.epochs == nil)
        #expect(bench.seed == 42)
        #expect(!bench.download)
    }

    @Test func profilesAndKernelsAreOfTheOpenCLDevice() throws {
        #expect(try Bench.parse(["--profile"]).chosenDevices == ["opencl"])
        #expect(try Bench.parse(["--profile", "--devices", "opencl:1"]).chosenDevices == ["opencl:1"])
        #expect(try Bench.parse(["--kernels"]).chosenDevices == ["opencl"])
    }

    @Test func lists() throws {
        let bench = try Bench.parse(["--models", "mlp-784,cnn-32", "--devices", "opencl:0:1", "--batch-size", "7"])
        #expect(bench.models?.names == ["mlp-784", "cnn-32"])
        #expect(bench.chosenDevices == ["opencl:0:1"])
        #expect(bench.batchSize == 7)
    }

    @Test(arguments: [
        ["--models", "mlp-9"], ["--models", "mlp-10,"], ["--devices", "gpu"], ["--devices", "0"],
        ["--batch-size", "0"],
        ["--trace", "trace.json"], ["--epochs", "-1"], ["--samples", "0"], ["--seed", "x"], ["--nothing"],
    ])
    func refuses(arguments: [String]) {
        #expect(throws: (any Error).self) { _ = try Bench.parse(arguments) }
    }

    @Test func theMessageNamesWhatThereIs() {
        expectError(.name, at: "--models", found: "mlp-9", expected: "mlp-784-adam, cnn-32, cnn-32-64, digits-mlp") {
            _ = try Workload.named("mlp-9")
        }
    }

    /// The rows of the peers' programs (`Benchmarks/peers/workload.py`): batch size, epochs, training rows, flat.
    @Test(arguments: [
        ("mlp-10", 100, 5, 60000, true), ("mlp-20-15-l2", 128, 5, 48000, true), ("mlp-784", 128, 5, 60000, true),
        ("mlp-784-adam", 256, 3, 45000, true), ("cnn-32", 128, 6, 20000, false), ("cnn-32-64", 128, 2, 60000, false),
    ])
    func theReferenceWorkloads(name: String, batch: Int, epochs: Int, rows: Int, isFlat: Bool) throws {
        let workload = try Workload.named(name)
        #expect(workload.batchSize == batch)
        #expect(workload.epochs == epochs)
        #expect(workload.rows == rows)
        #expect(workload.isFlat == isFlat)
        #expect(workload.data == .mnist)
    }
}
