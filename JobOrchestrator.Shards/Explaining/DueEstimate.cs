using System.Globalization;

namespace JobOrchestrator.Shards;

/// <summary>
/// When a job will be handed out that is not due yet: as soon as it is due, or behind the line that it meets then. See decision 0018.
/// </summary>
internal static class DueEstimate
{
    // Nobody says it to less than a second.
    private const double SecondsMin = 1;

    // Four of five lie within so many standard deviations of the middle.
    private const double FourOfFive = 1.28;

    // What is known is an hour old at most: of what is due in hours it is not sure, of what is due in days it is little.
    private static readonly TimeSpan Known = TimeSpan.FromHours(1);
    private static readonly TimeSpan Foreseen = TimeSpan.FromDays(1);

    /// <summary>An estimate.</summary>
    /// <param name="upcoming">What may stand before it.</param>
    /// <param name="pace">The queue's pace; null: nothing is known of it.</param>
    /// <param name="why">Why there is none, in a sentence.</param>
    /// <returns>Null: there is none.</returns>
    public static StartEstimate? Of(Upcoming upcoming, Pace? pace, out string? why)
    {
        Flow flow = pace?.Flow ?? Flow.Unknown;
        return flow.HasPace ? OfLine(upcoming, flow, out why) : OfNone(upcoming, flow, out why);
    }

    /// <summary>Jobs waited lately, and so it is known how fast a line gets shorter.</summary>
    private static StartEstimate? OfLine(Upcoming upcoming, Flow flow, out string? why)
    {
        if (LineAtDue.Of(upcoming, flow) is not { } line)
        {
            why = "As many jobs of higher priority come in as are handed out.";
            return null;
        }

        why = null;
        (double earliest, double middle, double latest) = (line.Within(0.1), line.Within(0.5), line.Within(0.9));
        if (line.Ends)
        {
            // Workers that come by from time to time do not take it at once even so.
            earliest = flow.NoLine > 0.1 ? 0 : earliest;
            middle = Math.Max(middle, flow.TakenWithin(5) ?? 0);
            latest = Math.Max(latest, flow.TakenWithin(9) ?? 0);
        }

        int starts = flow.InLine.Sum();
        return Make(
            upcoming.Left, (earliest, middle, latest), 0, starts, flow.Minutes,
            Text($"{starts} starts in {flow.Minutes} min, {upcoming.Ready} jobs before it now, ")
                + Text($"{upcoming.DueBefore} that come due before it"));
    }

    /// <summary>Jobs hardly ever wait: it is taken as those before it were.</summary>
    private static StartEstimate? OfNone(Upcoming upcoming, Flow flow, out string? why)
    {
        int near = upcoming.Near;
        if (near > 0 && near >= upcoming.Asking)
        {
            why = Text($"{near} jobs stand before it or come due right before it, and how fast they will be handed out is not known.");
            return null;
        }

        why = null;
        if (flow.TakenWithin(9) is { } latest)
        {
            return Make(
                upcoming.Left, (0, flow.TakenWithin(5)!.Value, latest), 0, flow.Taken.Count, 60,
                Text($"nothing before it, and nine of the last ten were taken within {Math.Max(0.1, latest):0.#} s"));
        }

        if (upcoming.Asking > 0)
        {
            return Make(
                upcoming.Left, (0, 0, 0), 0.15, flow.Taken.Count, 60, "nothing before it, and a worker waits for such jobs");
        }

        why = "No worker waits for such jobs at this moment, and too few were handed out in the last hour to go by.";
        return null;
    }

    private static StartEstimate Make(
        TimeSpan left, (double Earliest, double Middle, double Latest) after, double spreadMin, int starts, int minutes, string basis)
    {
        double due = left.TotalSeconds;
        double earliest = due + after.Earliest, middle = due + after.Middle, latest = due + Math.Max(SecondsMin, after.Latest);
        double spread = Math.Max(spreadMin, left > Foreseen ? 0.4 : left > Known ? 0.15 : 0);
        return new StartEstimate(
            Seconds(middle),
            Seconds(earliest),
            Seconds(latest),
            Math.Max(spread, Math.Log(latest / Math.Max(earliest, 0.001)) / (2 * FourOfFive)),
            starts,
            minutes)
        {
            Basis = basis,
        };
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
