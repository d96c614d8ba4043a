namespace Sidecar.Conformance.Recorded;

/// <summary>Something that was not as recorded.</summary>
/// <param name="Where">The exchange, or the route with the event's data.</param>
/// <param name="What">Which property: <c>status</c>, <c>body at $.x</c>, <c>times delivered</c>, …</param>
/// <param name="Recorded">What the real sidecar did.</param>
/// <param name="Actual">What this one did.</param>
internal sealed record Difference(string Where, string What, string Recorded, string Actual)
{
    public override string ToString() => $"{Where} | {What} | recorded: {Recorded} | actual: {Actual}";
}
