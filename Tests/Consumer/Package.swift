// swift-tools-version: 6.1
import PackageDescription

// A program as a user writes it: it depends on Ibex by path, builds, trains and predicts (`scripts/test` runs it).
let package = Package(
    name: "Consumer",
    dependencies: [.package(name: "Ibex", path: "../..")],
    targets: [.executableTarget(name: "Consumer", dependencies: [.product(name: "Ibex", package: "Ibex")])]
)
