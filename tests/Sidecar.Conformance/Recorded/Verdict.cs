namespace Sidecar.Conformance.Recorded;

/// <summary>What a replay comes to: differences that are not listed, and listed ones that did not show.</summary>
internal static class Verdict
{
    /// <summary>Empty when all is as it should be.</summary>
    public static string Of(IReadOnlyCollection<Difference> found, IReadOnlyCollection<ListedDifference> listed)
    {
        IEnumerable<Difference> unlisted = found.Where(difference => !listed.Any(one => one.Covers(difference)));
        IEnumerable<ListedDifference> gone = listed.Where(one => !found.Any(one.Covers));
        return string.Join(
            "\n\n", [.. unlisted.Select(one => $"not listed: {one}"), .. gone.Select(one => $"listed, but not seen: {one}")]);
    }
}
