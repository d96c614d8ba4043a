using JobOrchestrator.Search;

namespace JobOrchestrator.Sdk.Tests.Search;

public sealed class QueryMomentTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The first instant of what was written, and the first one behind it.</summary>
    [Theory]
    [InlineData("3h", "2026-11-29T09:00:00Z", "2026-11-29T09:00:00.0000001Z")]
    [InlineData("+1h", "2026-11-29T13:00:00Z", "2026-11-29T13:00:00.0000001Z")]
    [InlineData("2026-11-26", "2026-11-25T23:00:00Z", "2026-11-26T23:00:00Z")]
    [InlineData("2026-11-26T14:10", "2026-11-26T13:10:00Z", "2026-11-26T13:11:00Z")]
    [InlineData("2026-11-26T14:10:05Z", "2026-11-26T14:10:05Z", "2026-11-26T14:10:06Z")]
    [InlineData("2026-11-26T14:10:05.5Z", "2026-11-26T14:10:05.5Z", "2026-11-26T14:10:05.5000001Z")]
    [InlineData("2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")]
    [InlineData("2026-10-25T02:30", "2026-10-25T00:30:00Z", "2026-10-25T00:31:00Z")]
    [InlineData("2026-03-29T02:30", "2026-03-29T01:30:00Z", "2026-03-29T01:31:00Z")]
    [InlineData("9999-12-31", "9999-12-30T23:00:00Z", "9999-12-31T23:59:59.9999999Z")]
    public void Resolve_InBerlin_IsAsWideAsWhatWasWritten(string written, string from, string before)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        QueryTerm.Time term = Assert.IsType<QueryTerm.Time>(Assert.Single(JobQuery.Parse($"created:>={written}").Terms));

        (DateTimeOffset first, DateTimeOffset behind) = term.Ranges[0].From!.Value.Resolve(Now, zone);

        Assert.Equal(DateTimeOffset.Parse(from, null), first);
        Assert.Equal(DateTimeOffset.Parse(before, null), behind);
    }
}
