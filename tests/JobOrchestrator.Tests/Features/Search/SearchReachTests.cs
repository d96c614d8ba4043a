using JobOrchestrator.Features.Search;
using JobOrchestrator.Search;

namespace JobOrchestrator.Tests.Features.Search;

public sealed class SearchReachTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("", false, null)]
    [InlineData("status:failed", false, null)]
    [InlineData("-queue:slow", false, "only says what is not wanted")]
    [InlineData("-queue:slow", true, null)]
    [InlineData("-queue:slow younger:1d", false, null)]
    [InlineData("-queue:slow status:new", false, null)]
    [InlineData("error:~timeout", false, "error:~timeout")]
    [InlineData("error:~timeout queue:mail", false, null)]
    [InlineData("error:~timeout -queue:mail", false, "error:~timeout")]
    [InlineData("error:~timeout younger:1d", false, null)]
    [InlineData("error:~timeout younger:26h", false, "error:~timeout")]
    [InlineData("error:~timeout older:30d younger:31d", false, null)]
    [InlineData("error:~timeout created:2029-12-24", false, null)]
    [InlineData("error:~timeout created:2029-12-24,2029-12-31", false, "error:~timeout")]
    [InlineData("error:~timeout status:retrying", false, null)]
    [InlineData("error:~timeout status:retrying,failed", false, "error:~timeout")]
    [InlineData("error:timeout", false, null)]
    [InlineData("wait:>10s", false, "wait:>10s")]
    [InlineData("run:>10s type:send", false, null)]
    [InlineData("external:or*", false, "external:or*")]
    [InlineData("external:ord*", false, null)]
    [InlineData("or*", false, "or*")]
    [InlineData("or* status:running", false, null)]
    public void TooBroad_OfAQuery_SaysWhatIsMissing(string text, bool isChosen, string? said)
    {
        var query = JobQuery.Parse(text);

        string? tooBroad = SearchReach.TooBroad(query, isChosen, SearchWindow.Of(query, Now, TimeZoneInfo.Utc), Now);

        Assert.Equal(said is null, tooBroad is null);
        Assert.Contains(said ?? "", tooBroad ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status:new", true)]
    [InlineData("status:ready,running", true)]
    [InlineData("status:running,failed", false)]
    [InlineData("-status:new", false)]
    [InlineData("queue:mail", false)]
    public void IsLive_OfAQuery_IfNoJobThatEndedCanBeMeant(string text, bool isLive) =>
        Assert.Equal(isLive, SearchReach.IsLive(JobQuery.Parse(text)));

    /// <summary>What lies outside the window cannot fit.</summary>
    [Theory]
    [InlineData("older:1h", null, "2030-01-01T11:00:00.0000001Z")]
    [InlineData("younger:1h", "2030-01-01T11:00:00Z", null)]
    [InlineData("created:2029-12-31", "2029-12-30T23:59:59.9999999Z", "2030-01-01T00:00:00Z")]
    [InlineData("created:>2029-12-31", "2029-12-31T23:59:59.9999999Z", null)]
    [InlineData("created:<2029-12-31", null, "2029-12-31T00:00:00Z")]
    [InlineData("created:2029-12-24,2029-12-31", "2029-12-23T23:59:59.9999999Z", "2030-01-01T00:00:00Z")]
    [InlineData("created:>1d created:<1h", "2029-12-31T12:00:00Z", "2030-01-01T11:00:00Z")]
    [InlineData("finished:2029-12-31", null, "2030-01-01T00:00:00Z")]
    [InlineData("-older:1h -created:2029-12-31", null, null)]
    public void Window_OfAQuery_IsWhereItsJobsWereCreated(string text, string? after, string? before)
    {
        var window = SearchWindow.Of(JobQuery.Parse(text), Now, TimeZoneInfo.Utc);

        Assert.Equal(after is null ? null : DateTimeOffset.Parse(after, null), window.After);
        Assert.Equal(before is null ? null : DateTimeOffset.Parse(before, null), window.Before);
    }
}
