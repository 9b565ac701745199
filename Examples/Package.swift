// swift-tools-version: 6.1
import PackageDescription

// Programs as a user writes them. Run one with: swift run --package-path Examples Digits
let package = Package(
    name: "Examples",
    dependencies: [.package(name: "Ibex", path: "..")],
    targets: [
        .executableTarget(name: "Digits", dependencies: [.product(name: "Ibex", package: "Ibex")]),
        .executableTarget(name: "CustomLayer", dependencies: [.product(name: "Ibex", package: "Ibex")]),
    ],
    swiftLanguageModes: [.v6]
)
