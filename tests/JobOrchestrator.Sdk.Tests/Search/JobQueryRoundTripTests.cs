using JobOrchestrator.Search;

namespace JobOrchestrator.Sdk.Tests.Search;

public sealed class JobQueryRoundTripTests
{
    private const string Letters = "ab7-_.:*<>=~\"\\, é名";

    /// <summary>Terms of all kinds by chance: what is printed says the same when it is read.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Print_OfAnyQuery_IsReadAsTheSameQuery(int seed)
    {
        var random = new Random(seed);
        var kinds = new HashSet<Type>();

        for (int round = 0; round < 3_000; round++)
        {
            QueryTerm[] terms = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Term(random))];
            var query = JobQuery.Of(terms);

            var read = JobQuery.Parse(query.ToString());

            Assert.Equal(query, read);
            Assert.Equal(query.ToString(), read.ToString());
            Assert.All(terms, term => Assert.Equal(term, Assert.Single(JobQuery.Parse(term.ToString()).Terms)));
            kinds.UnionWith(terms.Select(term => term.GetType()));
        }

        Assert.Equal(typeof(QueryTerm).GetNestedTypes().ToHashSet(), kinds);
    }

    private static QueryTerm Term(Random random)
    {
        bool isNegated = random.Next(3) == 0;
        return random.Next(9) switch
        {
            0 => new QueryTerm.Phase(new(random.GetItems(Enum.GetValues<JobPhase>(), random.Next(1, 6)).Order()), isNegated),
            1 => Text(random, isNegated),
            2 => new QueryTerm.Label("k" + random.Next(3), Some(random, () => Said(random, mayContain: false)), isNegated),
            3 => new QueryTerm.Number(
                AnyOf<QueryNumberField>(random),
                Some(random, () => Range(random, (decimal)random.Next(-50, 50), 100m, (from, more) => from + more)),
                isNegated),
            4 => new QueryTerm.Time(AnyOf<QueryTimeField>(random), Some(random, () => Moments(random)), isNegated),
            5 => new QueryTerm.Duration(AnyOf<QueryDurationField>(random), Some(random, () => Lengths(random)), isNegated),
            6 => new QueryTerm.Older(Age(random), isNegated),
            7 => new QueryTerm.Younger(Age(random), isNegated),
            _ => new QueryTerm.Word(Said(random, mayContain: false) is { Match: QueryMatch.Present } ? new("x") : Word(random), isNegated),
        };
    }

    private static QueryTerm.Text Text(Random random, bool isNegated)
    {
        QueryTextField field = AnyOf<QueryTextField>(random);
        return field is QueryTextField.Id or QueryTextField.RetryOf or QueryTextField.RetriedAs or QueryTextField.Trace
            ? new(field, Some(random, () => new QueryText(random.Next(1, 1 << 20).ToString("x8"), QueryMatch.Beginning)), isNegated)
            : new(field, Some(random, () => Said(random, mayContain: field == QueryTextField.Error)), isNegated);
    }

    private static QueryText Word(Random random) =>
        new(random.Next(4) == 0 ? "AND" : Letter(random) + Chars(random), random.Next(3) == 0 ? QueryMatch.Beginning : QueryMatch.Exact);

    private static QueryText Said(Random random, bool mayContain) => random.Next(mayContain ? 4 : 3) switch
    {
        0 => new(Chars(random)),
        1 => new(Letter(random) + Chars(random), QueryMatch.Beginning),
        2 => QueryText.Any,
        _ => new(Letter(random) + Chars(random), QueryMatch.Contains),
    };

    private static string Letter(Random random) => random.GetString(Letters, 1);

    private static string Chars(Random random) => random.GetString(Letters, random.Next(6));

    private static QueryRange<QueryMoment> Moments(Random random)
    {
        DateTime local = new DateTime(2026, 11, 29).AddMinutes(random.Next(100_000));
        QueryMoment moment = random.Next(5) switch
        {
            0 => new QueryMoment.Day(DateOnly.FromDateTime(local)),
            1 => new QueryMoment.Clock(local, TimeSpan.FromMinutes(1)),
            2 => new QueryMoment.Instant(new DateTimeOffset(local.AddSeconds(7), TimeSpan.Zero), TimeSpan.FromSeconds(1)),
            3 => new QueryMoment.Instant(
                new DateTimeOffset(local.AddTicks(random.Next(1, 10_000_000)), TimeSpan.Zero), TimeSpan.FromTicks(1)),
            _ => new QueryMoment.Ago(Age(random) * (random.Next(2) == 0 ? 1 : -1)),
        };
        QueryRange<QueryMoment> range = Range(random, moment, moment, (from, _) => from);
        return range is { IsSingle: true, From.Value: QueryMoment.Ago } ? new(new(moment), null) : range;
    }

    private static QueryRange<TimeSpan> Lengths(Random random)
    {
        QueryRange<TimeSpan> range = Range(random, Age(random), TimeSpan.FromTicks(1), (from, more) => from + more);
        return range.IsSingle ? new(null, range.To) : range;
    }

    private static QueryRange<T> Range<T>(Random random, T from, T more, Func<T, T, T> add)
        where T : IEquatable<T> => random.Next(5) switch
        {
            0 => new(null, null),
            1 => new(new(from), new(from)),
            2 => new(new(from, random.Next(2) == 0), null),
            3 => new(null, new(from, random.Next(2) == 0)),
            _ => new(new(from), new(add(from, more))),
        };

    private static TimeSpan Age(Random random) =>
        random.Next(3) == 0 ? TimeSpan.FromTicks(random.NextInt64(1L << 40)) : TimeSpan.FromMinutes(random.Next(100_000));

    private static QueryValues<T> Some<T>(Random random, Func<T> one)
        where T : notnull => new(Enumerable.Range(0, random.Next(1, 4)).Select(_ => one()));

    private static T AnyOf<T>(Random random)
        where T : struct, Enum => random.GetItems(Enum.GetValues<T>(), 1)[0];
}
