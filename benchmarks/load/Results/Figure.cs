namespace Load;

/// <summary>One measured number.</summary>
/// <param name="Scenario">Its scenario.</param>
/// <param name="Name">What it is; parts of a name that belong together are parted by dots, and are one object in the JSON.</param>
/// <param name="Value">The number, in the unit that <see cref="Units"/> tells.</param>
internal sealed record Figure(string Scenario, string Name, double Value);
