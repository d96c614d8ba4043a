using System.Security.Cryptography;
using System.Text;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Errors;

/// <summary>What is answered.</summary>
/// <param name="Groups">The groups, those that most jobs failed of first.</param>
/// <param name="Other">How many jobs failed without a group that is answered; null: that is not known.</param>
/// <param name="Since">From when on failures are counted.</param>
/// <param name="Missing">Shards that nobody holds at the moment.</param>
internal sealed record ErrorsSum(IReadOnlyList<ErrorSum> Groups, long? Other, DateTimeOffset Since, IReadOnlyList<int> Missing)
{
    /// <summary>Most groups of an answer.</summary>
    public const int GroupsMax = 100;

    /// <summary>Adds up what the shards know: alike errors of several shards are one group.</summary>
    /// <param name="answers">By the shards' numbers; null: nobody holds it.</param>
    /// <param name="scope">What of it is asked for.</param>
    /// <param name="now">The time.</param>
    public static ErrorsSum Of(IReadOnlyList<ErrorsAnswer?> answers, ErrorsScope scope, DateTimeOffset now)
    {
        List<ErrorsAnswer> known = [.. answers.OfType<ErrorsAnswer>()];
        ErrorSum[] groups =
        [
            .. known.SelectMany(answer => answer.Groups).Where(group => scope.Has(group.Key)).GroupBy(group => group.Key)
                .Select(parts => parts.Select(ErrorSum.Of).Aggregate(static (one, other) => one.With(other)))
                .OrderByDescending(group => group.Count)
                .ThenByDescending(group => group.LastAt)
                .ThenBy(group => group.Id, StringComparer.Ordinal)
                .Take(GroupsMax),
        ];
        return new ErrorsSum(
            groups,
            scope.IsWhole ? known.Sum(answer => answer.Total) - groups.Sum(group => group.Count) : null,
            known.Select(answer => answer.Since).DefaultIfEmpty(now).Max(),
            [.. Enumerable.Range(0, answers.Count).Where(shard => answers[shard] is null)]);
    }
}

/// <summary>Jobs of several shards that failed of errors that are alike.</summary>
/// <param name="Key">By what.</param>
/// <param name="IsLowerBound">There may have been more.</param>
/// <param name="FirstAt">When the first one failed of it.</param>
/// <param name="LastAt">When the last one did.</param>
/// <param name="Example">The last one.</param>
/// <param name="Spark">How many in each step.</param>
internal sealed record ErrorSum(
    ErrorKey Key, bool IsLowerBound, DateTimeOffset FirstAt, DateTimeOffset LastAt, JobId Example, IReadOnlyList<long> Spark)
{
    /// <summary>How many in all.</summary>
    public long Count { get; } = Spark.Sum();

    /// <summary>The same for the same errors, wherever and whenever.</summary>
    public string Id { get; } = Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Join('\0', Key.Text, Key.Type, Key.Queue, Key.ErrorType))).AsSpan(0, 8));

    /// <summary>One shard's.</summary>
    public static ErrorSum Of(ErrorGroup group) => new(
        group.Key, group.IsLowerBound, group.FirstAt, group.LastAt, group.Example, [.. group.Spark.Select(count => (long)count)]);

    /// <summary>With those of another shard.</summary>
    public ErrorSum With(ErrorSum other) => new(
        Key,
        IsLowerBound || other.IsLowerBound,
        FirstAt < other.FirstAt ? FirstAt : other.FirstAt,
        LastAt > other.LastAt ? LastAt : other.LastAt,
        LastAt >= other.LastAt ? Example : other.Example,
        [.. Spark.Zip(other.Spark, static (one, more) => one + more)]);
}
