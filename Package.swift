// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "Ibex",
    products: [
        .library(name: "Ibex", targets: ["Ibex"]),
        .library(name: "IbexModels", targets: ["IbexModels"]),
        .library(name: "IbexPictures", targets: ["IbexPictures"]),
        .library(name: "IbexTensorBoard", targets: ["IbexTensorBoard"]),
        .executable(name: "bench", targets: ["bench"]),
        .executable(name: "ibex", targets: ["IbexCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // The floors, lowest first; imports point down only.
        .target(name: "IbexGraph", dependencies: [.product(name: "Logging", package: "swift-log")]),

        .systemLibrary(
            name: "CIbexOpenCL", pkgConfig: "OpenCL",
            providers: [.apt(["ocl-icd-opencl-dev", "opencl-headers"])]),
        .target(name: "CIbexKernels", path: "Kernels", exclude: ["README.md"]),
        .target(name: "IbexOpenCL", dependencies: ["IbexGraph", "CIbexOpenCL", "CIbexKernels"]),

        .systemLibrary(name: "CIbexBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .target(name: "CIbexVector", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "IbexCPU", dependencies: ["IbexGraph", "CIbexBLAS", "CIbexVector"]),

        .target(name: "IbexReference", dependencies: ["IbexGraph"]),

        .target(
            name: "IbexRuntime",
            dependencies: ["IbexGraph", "IbexOpenCL", "IbexCPU", .product(name: "Logging", package: "swift-log")]),

        .systemLibrary(name: "CIbexZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CIbexZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "IbexArrays", dependencies: ["IbexRuntime", "CIbexZip", "CIbexZlib"]),

        .target(name: "CIbexDatasets", exclude: ["README.md", "digits.csv.gz", "iris.csv"]),
        .target(name: "CIbexInterrupt", cSettings: [.define("_GNU_SOURCE")]),
        .target(
            name: "IbexModels",
            dependencies: ["IbexRuntime", "IbexArrays", "CIbexZlib", "CIbexDatasets", "CIbexInterrupt"]),

        .systemLibrary(name: "CIbexHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
        .target(
            name: "CIbexHDF5File", dependencies: ["CIbexHDF5"],
            cSettings: [.define("_GNU_SOURCE"), .define("H5_USE_110_API")]),
        .target(
            name: "IbexFiles",
            dependencies: ["IbexModels", "IbexArrays", "CIbexHDF5File", .product(name: "Yams", package: "Yams")]),
        .target(name: "Ibex", dependencies: ["IbexModels", "IbexFiles"]),

        // Products of their own: whoever imports Ibex builds neither a drawing library nor protocol buffers.
        .systemLibrary(name: "CIbexCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
        .target(name: "IbexPictures", dependencies: ["IbexModels", "IbexArrays", "CIbexCairo"]),
        .target(
            name: "IbexTensorBoard",
            dependencies: [
                "IbexModels", "IbexArrays", "IbexFiles",
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            exclude: ["Protocol/events.proto", "Protocol/hparams.proto"]),
        .target(name: "IbexRuns", dependencies: ["IbexModels", "IbexFiles", "IbexPictures"]),

        .executableTarget(
            name: "IbexCommand",
            dependencies: [
                "Ibex", "IbexReference", "IbexRuns", "IbexRuntime",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "bench",
            dependencies: [
                "Ibex", "IbexRuntime", "IbexOpenCL", "IbexTensorBoard", "CIbexBLAS",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks", exclude: ["README.md", "compare", "peers"]),
        .executableTarget(
            name: "examples",
            dependencies: ["Ibex", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Examples", exclude: ["Descriptions", "Gallery"]),
        .executableTarget(name: "gallery", dependencies: ["Ibex", "IbexPictures"], path: "Examples/Gallery"),

        .executableTarget(
            name: "interop",
            dependencies: ["Ibex", "IbexFiles", "IbexModels", "IbexRuntime", "IbexGraph", "IbexTensorBoard"],
            path: "Tests/Interop", exclude: ["check.py", "check_board.py"], sources: ["Sources"]),
        .target(
            name: "IbexTestSupport", dependencies: ["IbexGraph", "IbexRuntime", "IbexOpenCL", "IbexArrays"],
            path: "Tests/IbexTestSupport"),
        .target(
            name: "IbexSoak", dependencies: ["IbexArrays", "IbexFiles", "CIbexZlib", "IbexTestSupport"],
            path: "Tests/IbexSoak"),
        .executableTarget(
            name: "soak",
            dependencies: ["IbexSoak", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Tests/Soak"),
        .testTarget(name: "IbexGraphTests", dependencies: ["IbexGraph", "IbexTestSupport"]),
        .testTarget(
            name: "BenchTests",
            dependencies: [
                "bench", "Ibex", "IbexRuntime", "IbexOpenCL", "IbexTestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .testTarget(
            name: "DocumentationTests", dependencies: ["examples", "Ibex", "IbexPictures", "IbexTestSupport"]),
        .testTarget(
            name: "IbexCommandTests",
            dependencies: [
                "IbexCommand", "Ibex", "IbexTestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .testTarget(
            name: "IbexCPUTests",
            dependencies: ["IbexCPU", "IbexReference", "IbexGraph", "CIbexBLAS", "CIbexVector", "IbexTestSupport"]),
        .testTarget(name: "IbexReferenceTests", dependencies: ["IbexReference", "IbexGraph", "IbexTestSupport"]),
        .testTarget(name: "IbexOpenCLTests", dependencies: ["IbexOpenCL", "IbexTestSupport"]),
        .testTarget(
            name: "IbexArraysTests",
            dependencies: ["IbexArrays", "IbexCPU", "IbexOpenCL", "IbexTestSupport"]),
        .testTarget(
            name: "IbexFilesTests",
            dependencies: [
                "IbexFiles", "CIbexHDF5File", "Ibex", "CIbexZlib", "IbexSoak", "IbexTensorBoard", "soak",
                "IbexTestSupport",
            ]),
        .testTarget(
            name: "IbexPicturesTests", dependencies: ["IbexPictures", "CIbexCairo", "Ibex", "IbexTestSupport"]),
        .testTarget(
            name: "IbexTensorBoardTests",
            dependencies: [
                "IbexTensorBoard", "Ibex", "IbexModels", "IbexTestSupport", "CIbexZlib",
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            exclude: ["Fixtures"]),
        .testTarget(name: "IbexRunsTests", dependencies: ["IbexRuns", "Ibex", "IbexTestSupport"]),
        .testTarget(name: "IbexModelsTests", dependencies: ["IbexModels", "CIbexZlib", "IbexTestSupport"]),
        .testTarget(
            name: "IbexRuntimeTests",
            dependencies: ["IbexRuntime", "IbexOpenCL", "IbexReference", "IbexTestSupport"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c2x
)

// For scripts/fuzz alone: the program links with libFuzzer only where that is asked of the compiler.
if Context.environment["IBEX_FUZZ"] != nil {
    package.targets += [
        .systemLibrary(name: "CIbexFuzz", path: "Tests/Fuzz/Module"),
        .executableTarget(
            name: "fuzz", dependencies: ["CIbexFuzz", "IbexSoak", "IbexTestSupport"], path: "Tests/Fuzz/Driver"),
    ]
}
