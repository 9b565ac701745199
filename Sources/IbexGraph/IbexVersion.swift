/// The version of this library, which `ibex --version`, the records of trainings and their pages state.
public let ibexVersion = "unreleased"
