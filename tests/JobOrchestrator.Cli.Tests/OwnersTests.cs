using System.Text.Json;
using EndToEnd;

namespace JobOrchestrator.Cli.Tests;

/// <summary>Whose jobs there are, and what became of one.</summary>
[Collection(RunningSuite.Name)]
public sealed class OwnersTests(RunningSuite suite)
{
    private const string Job = "01a1fe2c-9962-7000-aa1f-8559bd02e2cb";

    [UnixFact]
    public async Task Owners_OfTheRunningOrchestrator_AreALineEachAndATable()
    {
        string owner = RunningSuite.NewQueue();
        await suite.SubmitAsync(owner, "send", "--owner", owner);
        Terminal pipe = suite.Pipe();
        Terminal person = suite.Person();
        Terminal ids = suite.Pipe();

        Assert.Equal(ExitCode.Done, await pipe.RunAsync("owners", "--owner", owner));
        Assert.Equal(ExitCode.Done, await person.RunAsync("owners", "--owner", owner));
        Assert.Equal(ExitCode.Done, await ids.RunAsync("owners", "-o", "id"));

        using var one = JsonDocument.Parse(Assert.Single(pipe.Lines));
        Assert.Equal(
            (owner, 1), (one.RootElement.GetProperty("owner").GetString(), one.RootElement.GetProperty("live").GetInt32()));
        Assert.Contains("FAILED 24H", person.Out, StringComparison.Ordinal);
        Assert.Contains("never read", person.Out, StringComparison.Ordinal);
        Assert.Contains("Who reads is watched since 20", person.Error, StringComparison.Ordinal);
        Assert.Contains(owner, ids.Lines);
    }

    [UnixFact]
    public async Task Owners_AreToldHowFarTheyHaveRead()
    {
        const string Answer = """
            {"owners":[{"owner":"shop\u001b[2J","live":1234,"failed24h":3,"eventsPending":17,"readers":[
            {"isOwner":true,"lastReadAt":"2020-01-31T10:00:00Z","readUpTo":"2020-01-31T09:00:00Z","secondsBehind":3600,"eventsBehind":40,
            "behindIsLowerBound":true,"expired":true},
            {"queue":"mail","isOwner":false,"lastReadAt":"2020-01-31T10:00:00Z","secondsBehind":0,"eventsBehind":0,
            "behindIsLowerBound":false,"expired":false}]}],
            "total":700,"totalIsLowerBound":true,"watchedSince":"2020-01-31T08:00:00Z","failedSince":"2020-01-30T10:00:00Z",
            "asOf":"2020-01-31T10:10:00Z","missing":[2]}
            """;
        (Terminal person, string? asked) = await OneAnswer.AskAsync(Answer, isPerson: true, "owners", "--owner", "a b", "--plain");
        (Terminal pipe, _) = await OneAnswer.AskAsync(Answer, isPerson: false, "owners");

        Assert.Equal("/owners?owner=a%20b", asked);
        Assert.Matches(@"shop\S* +1,234 +3 +late, lost some +\d+ d ago +40\+ +\d+ d +17", person.Lines[1]);
        Assert.Matches("looked in mail +all +0 ", person.Lines[2]);
        Assert.DoesNotContain('\u001b', person.Out);
        Assert.Contains("1 of 700+ owners", person.Error, StringComparison.Ordinal);
        Assert.Contains("shard 2.", pipe.Error, StringComparison.Ordinal);
        Assert.Single(pipe.Lines);
    }

    [UnixFact]
    public async Task Owners_ThatAreNone_AreSaidToAPerson()
    {
        const string Answer = """
            {"owners":[],"total":0,"totalIsLowerBound":false,"watchedSince":"2020-01-31T08:00:00Z","failedSince":"2020-01-30T10:00:00Z",
            "asOf":"2020-01-31T10:10:00Z","missing":[]}
            """;
        (Terminal person, _) = await OneAnswer.AskAsync(Answer, isPerson: true, "owners");
        (Terminal pipe, _) = await OneAnswer.AskAsync(Answer, isPerson: false, "owners");

        Assert.Equal("No job has an owner.\n", person.Error);
        Assert.Equal("", pipe.Out + pipe.Error);
    }

    [UnixFact]
    public async Task Changes_OfAJob_AreItsEventsInTheirOrder()
    {
        string queue = RunningSuite.NewQueue();
        string job = await suite.SubmitAsync(queue);
        await suite.LeaseAsync(queue);
        Terminal pipe = suite.Pipe();
        Terminal person = suite.Person();

        Assert.Equal(ExitCode.Done, await pipe.RunAsync("changes", job));
        Assert.Equal(ExitCode.Done, await person.RunAsync("changes", job));

        Assert.Equal(2, pipe.Lines.Length);
        using var first = JsonDocument.Parse(pipe.Lines[0]);
        Assert.Equal((1, "job.created"), (
            first.RootElement.GetProperty("sequence").GetInt32(), first.RootElement.GetProperty("type").GetString()));
        Assert.Equal(job, first.RootElement.GetProperty("event").GetProperty("data").GetProperty("jobId").GetString());
        Assert.Contains("job.created", person.Out, StringComparison.Ordinal);
        Assert.Equal("2 in all\n", person.Error);
    }

    [UnixFact]
    public async Task Changes_OfMoreThanAreAskedFor_SaySo()
    {
        string queue = RunningSuite.NewQueue();
        string job = await suite.SubmitAsync(queue);
        await suite.LeaseAsync(queue);
        Terminal pipe = suite.Pipe();

        Assert.Equal(ExitCode.Done, await pipe.RunAsync("changes", job, "-n", "1"));

        Assert.Single(pipe.Lines);
        Assert.Equal("1 of 2 events, the first that are kept; -n shows more.\n", pipe.Error);
    }

    [UnixFact]
    public async Task Changes_SayWhatTheBrokerDid()
    {
        const string Answer = $$$"""
            {"jobId":"{{{Job}}}","sequence":7,"asOf":"2020-01-31T10:10:00Z","changes":[
            {"sequence":3,"type":"job.updated","occurredAt":"2020-01-31T10:00:00Z","publication":"taken",
            "publishedAt":"2020-01-31T10:00:02Z","event":{"id":"e-3"}},
            {"sequence":4,"type":"job.updated","occurredAt":"2020-01-31T10:00:00Z","publication":"refused","event":{"id":"e-4"}},
            {"sequence":6,"type":"job.updated","occurredAt":"2020-01-31T10:00:00Z","publication":"waiting","event":{"id":"e-6"}},
            {"sequence":7,"type":"job.completed","occurredAt":"2020-01-31T10:00:00Z","publication":"none","event":{"id":"e-7"}}]}
            """;
        (Terminal person, string? asked) = await OneAnswer.AskAsync(Answer, isPerson: true, "changes", Job);
        (Terminal ids, _) = await OneAnswer.AskAsync(Answer, isPerson: false, "changes", Job, "-o", "id");

        Assert.StartsWith($"/jobs/{Job}/changes", asked, StringComparison.Ordinal);
        Assert.Contains("took it after 2.0 s", person.Out, StringComparison.Ordinal);
        Assert.Contains("refused it; the feed has it", person.Out, StringComparison.Ordinal);
        Assert.Contains("waits", person.Out, StringComparison.Ordinal);
        Assert.Contains("has no topic; the feed has it", person.Out, StringComparison.Ordinal);
        Assert.Equal("4 of 7 events; the others are no longer kept.\n", person.Error);
        Assert.Equal(["e-3", "e-4", "e-6", "e-7"], ids.Lines);
    }

    [UnixTheory]
    [InlineData(ExitCode.NotFound, "changes", Job)]
    [InlineData(ExitCode.NotFound, "changes", "no-such-order")]
    [InlineData(ExitCode.Usage, "changes", Job, "-n", "0")]
    [InlineData(ExitCode.Usage, "changes")]
    public async Task Changes_OfNoJobOrAskedForWrongly_EndAsOtherCommandsDo(int code, params string[] line)
    {
        Terminal terminal = suite.Pipe();

        Assert.Equal(code, await terminal.RunAsync(line));

        Assert.NotEmpty(terminal.Error);
    }

    /// <summary>A refused late report stands behind the attempt that runs, and is of another worker.</summary>
    [UnixFact]
    public async Task AList_OfAJobWhoseEarlierWorkerReportedLate_NamesTheOneThatRunsIt()
    {
        const string Answer = $$$"""
            [{"id":"{{{Job}}}","type":"send","queue":"mail","status":"InProgress","attempt":2,"sequence":4,"attempts":[
            {"number":1,"worker":"first","startedAt":"2020-01-31T10:00:00Z","endedAt":"2020-01-31T10:01:00Z","outcome":"LeaseLost"},
            {"number":2,"worker":"second","startedAt":"2020-01-31T10:02:00Z"},
            {"number":1,"worker":"first","startedAt":"2020-01-31T10:03:00Z","endedAt":"2020-01-31T10:03:00Z","outcome":"Refused"}]}]
            """;
        (Terminal person, _) = await OneAnswer.AskAsync(Answer, isPerson: true, "list");

        Assert.Contains("second", person.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("first", person.Out, StringComparison.Ordinal);
    }
}
