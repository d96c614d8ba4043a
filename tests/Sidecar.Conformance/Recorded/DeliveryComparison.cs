using System.Globalization;
using System.Text.RegularExpressions;

namespace Sidecar.Conformance.Recorded;

/// <summary>Compares what reached the app with what was recorded: how often, what exactly, in which order.</summary>
internal static partial class DeliveryComparison
{
    /// <summary>Above this, how often a repeated delivery came depends on how long one looks.</summary>
    public const int ManyTimes = 5;

    // The connection's own.
    private static readonly string[] Transport = ["host", "content-length", "connection", "transfer-encoding"];

    // Numbered events of the script, with the route they go to.
    private static readonly (string Route, string Member)[] Sequences = [("/ok", "seq"), ("/ok", "bulkseq"), ("/bulk", "i")];

    public static bool Matters(string headerName) => !Transport.Contains(headerName);

    public static IEnumerable<Difference> Compare(IReadOnlyList<Event> recorded, IReadOnlyList<Event> actual) =>
        [.. Times(recorded, actual), .. Texts(recorded, actual), .. Orders(recorded, actual)];

    /// <summary>How often an event came, <see cref="ManyTimes"/> at most.</summary>
    public static int Times(IEnumerable<Event> events, string label) => Math.Min(events.Count(one => one.Label == label), ManyTimes);

    public static string Word(int times) => times >= ManyTimes ? "many" : times.ToString(CultureInfo.InvariantCulture);

    public static int Times(string word) => word == "many" ? ManyTimes : int.Parse(word, CultureInfo.InvariantCulture);

    public static IEnumerable<string> Labels(IEnumerable<Event> events) =>
        // How many requests a bulk subscription's events come in is a matter of timing.
        events.Select(one => one.Label).Where(label => !label.EndsWith(" envelope", StringComparison.Ordinal)).Distinct();

    private static IEnumerable<Difference> Times(IReadOnlyList<Event> recorded, IReadOnlyList<Event> actual) =>
        from label in Labels(recorded.Concat(actual))
        let before = Times(recorded, label)
        let after = Times(actual, label)
        where before != after
        select new Difference(label, "times delivered", Word(before), Word(after));

    private static IEnumerable<Difference> Texts(IReadOnlyList<Event> recorded, IReadOnlyList<Event> actual)
    {
        foreach (string label in recorded.Select(one => one.Label).Distinct().Intersect(actual.Select(one => one.Label)))
        {
            (List<Event>? before, List<Event>? after) =
                (recorded.Where(one => one.Label == label).ToList(), actual.Where(one => one.Label == label).ToList());
            foreach (Difference difference in Sets(label, "event", before.Select(one => one.Text), after.Select(one => one.Text)))
            {
                yield return difference;
            }

            foreach (Difference difference in Sets(label, "headers", before.Select(one => one.Headers), after.Select(one => one.Headers)))
            {
                yield return difference;
            }
        }
    }

    private static IEnumerable<Difference> Sets(string where, string what, IEnumerable<string> recorded, IEnumerable<string> actual)
    {
        (List<string>? missing, List<string>? extra) = (recorded.Except(actual).ToList(), actual.Except(recorded).ToList());
        if (missing.Count + extra.Count > 0)
        {
            yield return new Difference(where, what, string.Join("\n  or ", missing), string.Join("\n  or ", extra));
        }
    }

    private static IEnumerable<Difference> Orders(IReadOnlyList<Event> recorded, IReadOnlyList<Event> actual) =>
        from sequence in Sequences
        let before = Order(recorded, sequence.Route, sequence.Member)
        let after = Order(actual, sequence.Route, sequence.Member)
        where before != after
        select new Difference($"{sequence.Route} {sequence.Member}", "order", before, after);

    private static string Order(IEnumerable<Event> events, string route, string member)
    {
        var numbers = events
            .Where(one => one.Route == route)
            .Select(one => Numbered().Match(one.Label))
            .Where(match => match.Success && match.Groups["member"].Value == member)
            .Select(match => int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture))
            .ToList();
        return numbers.SequenceEqual(numbers.Order()) ? "as published" : "any";
    }

    [GeneratedRegex("""^\S+ \{"(?<member>\w+)":(?<number>\d+)\}$""")]
    private static partial Regex Numbered();
}
