using System.Diagnostics;
using JobOrchestrator.Core;
using JobOrchestrator.Search;
using Term = JobOrchestrator.Search.QueryTerm;

namespace JobOrchestrator.Features.Search;

/// <summary>Whether jobs are what a query asks for, at one moment. Never looks at an input, so a job may be without it.</summary>
internal sealed class JobTest
{
    private readonly DateTimeOffset _now;
    private readonly Func<string, bool> _isPaused;
    private readonly Func<Job, bool>[] _terms;

    /// <param name="query">The query.</param>
    /// <param name="now">The moment.</param>
    /// <param name="zone">Where its days are.</param>
    /// <param name="isPaused">Whether a queue is paused.</param>
    public JobTest(JobQuery query, DateTimeOffset now, TimeZoneInfo zone, Func<string, bool> isPaused)
    {
        (_now, _isPaused) = (now, isPaused);
        _terms = [.. query.Terms.Select(term => Negated(term.IsNegated, Compile(term, zone)))];
    }

    /// <summary>Whether all terms hold.</summary>
    public bool Fits(Job job)
    {
        foreach (Func<Job, bool> holds in _terms)
        {
            if (!holds(job))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The phase of a job at this moment.</summary>
    public Core.JobPhase PhaseOf(Job job) => job.PhaseAt(_isPaused, _now);

    private static Func<Job, bool> Negated(bool isNegated, Func<Job, bool> holds) => isNegated ? job => !holds(job) : holds;

    private Func<Job, bool> Compile(Term term, TimeZoneInfo zone)
    {
        switch (term)
        {
            case Term.Phase { Phases: var phases }:
                Core.JobPhase[] wanted = [.. phases.Select(phase => (Core.JobPhase)(int)phase)];
                return job => Array.IndexOf(wanted, PhaseOf(job)) >= 0;
            case Term.Text text:
                return job => JobTexts.Any(job, text.Field, text.Values);
            case Term.Label { Key: var key, Values: var values }:
                return job => JobTexts.HasLabel(job, key, values);
            case Term.Word { Value: var word }:
                return job => JobTexts.IsWordOf(job, word);
            case Term.Number { Field: var field, Ranges: var ranges }:
                return job => JobNumbers.Of(job, field) is { } number && Any(ranges, number);
            case Term.Duration { Field: var field, Ranges: var ranges }:
                return job => JobNumbers.Of(job, field, _now) is { } length && Any(ranges, length);
            case Term.Time { Field: var field, Ranges: var ranges }:
                TimeRange[] times = [.. ranges.Select(range => TimeRange.Of(range, _now, zone))];
                return job => JobNumbers.Of(job, field) is { } instant && Array.Exists(times, range => range.Has(instant));
            case Term.Older { Age: var age }:
                DateTimeOffset youngest = TimeRange.Ago(_now, age);
                return job => job.CreatedAt <= youngest;
            case Term.Younger { Age: var age }:
                DateTimeOffset oldest = TimeRange.Ago(_now, age);
                return job => job.CreatedAt > oldest;
            default:
                throw new UnreachableException($"No test for {term.GetType().Name}.");
        }
    }

    private static bool Any<T>(QueryValues<QueryRange<T>> ranges, T value)
        where T : struct, IEquatable<T>, IComparable<T>
    {
        foreach (QueryRange<T> range in ranges)
        {
            if (IsAbove(range.From, value) && IsBelow(range.To, value))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsAbove<T>(QueryBound<T>? from, T value)
        where T : IEquatable<T>, IComparable<T> =>
        from is null || (value.CompareTo(from.Value) is var order && (order > 0 || (order == 0 && from.IsIncluded)));

    private static bool IsBelow<T>(QueryBound<T>? to, T value)
        where T : IEquatable<T>, IComparable<T> =>
        to is null || (value.CompareTo(to.Value) is var order && (order < 0 || (order == 0 && to.IsIncluded)));
}
