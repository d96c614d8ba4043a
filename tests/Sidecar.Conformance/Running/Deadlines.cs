namespace Sidecar.Conformance.Running;

/// <summary>When a test has failed because it does not end, in milliseconds: long after it should have, on a busy machine too.</summary>
internal static class Deadlines
{
    /// <summary>A few calls.</summary>
    public const int OfTest = 60_000;

    /// <summary>A recording, or a script of a client of its own. Limits of their own come first, and say more.</summary>
    public const int OfReplay = 180_000;
}
