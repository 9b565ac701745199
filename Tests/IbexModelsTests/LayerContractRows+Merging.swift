import IbexGraph
import IbexModels

extension LayerContractTests {
    static let mergings: [Row] = [
        Row(description: "Add", make: { Add() }, inputs: [[2, 3], [2, 3], [2, 3]], output: [2, 3]),
        Row(description: "Add of one", make: { Add() }, inputs: [[2, 3]], output: [2, 3]),
        Row(description: "Subtract", make: { Subtract() }, inputs: [[2, 4, 3], [2, 1, 3]], output: [2, 4, 3]),
        Row(description: "Multiply", make: { Multiply() }, inputs: [[2, 4, 3], [2, 3]], output: [2, 4, 3]),
        Row(description: "Average", make: { Average() }, inputs: [[2, 3], [2, 3]], output: [2, 3]),
        Row(description: "Maximum", make: { Maximum() }, inputs: [[2, 3], [2, 1]], output: [2, 3]),
        Row(description: "Minimum", make: { Minimum() }, inputs: [[2, 3], [2, 3]], output: [2, 3]),
        Row(
            description: "Concatenate", make: { Concatenate(axis: 1) }, inputs: [[2, 3, 4], [2, 5, 4]],
            output: [2, 8, 4]),
        Row(description: "Dot", make: { Dot(axes: 1, normalize: true) }, inputs: [[2, 3], [2, 3]], output: [2, 1]),
        Row(
            description: "Dot of matrices", make: { Dot(axes: [2, 1]) }, inputs: [[2, 3, 4], [2, 4, 5, 6]],
            output: [2, 3, 5, 6]),
    ]
}
