using System.Net;
using JobOrchestrator.Core;
using JobOrchestrator.Sdk;
using JobOrchestrator.Search;

namespace JobOrchestrator.Tests.Sdk;

/// <summary>Finding jobs by the SDK, with the service.</summary>
public sealed class SearchTests
{
    [Fact]
    public async Task ListPage_PageByPage_IsEveryJobThatTheQueryFinds()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        string[] ids = await ThreeJobsAsync(host);
        var filter = new JobFilter { Query = "queue:mail status:new", Sort = "created", Look = TimeSpan.FromSeconds(0.5) };

        JobOrchestrator.Sdk.JobPage first = await host.Operations.ListPageAsync(filter, limit: 1);
        JobOrchestrator.Sdk.JobPage second = await host.Operations.ListPageAsync(filter, limit: 1, first.Next);

        Assert.Equal(ids[0], Assert.Single(first.Jobs).Id);
        Assert.Equal(ids[2], Assert.Single(second.Jobs).Id);
        Assert.Null(first.LookedBackTo);
        Assert.Contains(
            "GET /jobs?q=queue%3Amail%20status%3Anew&sort=created&look=0.5&limit=1", host.Connection.Requests);
    }

    [Fact]
    public async Task List_ByAQuery_BringsAllPages()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        string[] ids = await ThreeJobsAsync(host);

        var found = new List<string>();
        await foreach (JobOrchestrator.Sdk.Job job in host.Client.ListAsync(new JobFilter { Query = "queue:mail", PageSize = 1 }))
        {
            found.Add(job.Id);
        }

        Assert.Equal([ids[2], ids[0]], found);
    }

    [Fact]
    public async Task Count_OfAQuery_IsWhatTheServiceCounts()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        await ThreeJobsAsync(host);

        JobCount count = await host.Operations.CountAsync("queue:mail");

        Assert.Equal((2, true, 2), (count.Count, count.Exact, count.ByPhase["Ready"]));
        Assert.Equal(TimeSpan.FromSeconds(2), count.Newest - count.Oldest);
    }

    [Fact]
    public async Task Count_InAZone_IsAskedInIt()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        await ThreeJobsAsync(host);

        JobCount count = await host.Operations.CountAsync("queue:mail", "Europe/Berlin");
        JobOrchestratorException refused =
            await Assert.ThrowsAsync<JobOrchestratorException>(() => host.Operations.CountAsync("queue:mail", "No/Where"));

        Assert.Equal((2, HttpStatusCode.BadRequest), (count.Count, refused.Status));
    }

    [Fact]
    public async Task Suggest_AtAPlace_SaysHowItGoesOn()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        await ThreeJobsAsync(host);

        JobSuggestions suggestions = await host.Operations.SuggestAsync("queue:m older:1d", at: 7);

        Assert.Equal((0, 7), (suggestions.At, suggestions.Length));
        Assert.Equal(new JobSuggestion { Text = "queue:mail", Kind = "value", Count = 2 }, Assert.Single(suggestions.Suggestions));
    }

    [Fact]
    public async Task Count_OfNoQuery_SaysWhatIsWrongWhere()
    {
        await using SdkHost host = await SdkHost.StartAsync();

        JobOrchestratorException refused =
            await Assert.ThrowsAsync<JobOrchestratorException>(() => host.Operations.CountAsync("queue:a statsu:failed"));

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        JobQueryError error = Assert.Single(refused.Problem!.QueryErrors!);
        Assert.Equal((8, 6, "status"), (error.At, error.Length, error.Suggestion));
    }

    private static async Task<string[]> ThreeJobsAsync(SdkHost host)
    {
        var ids = new List<string>();
        foreach (string queue in new[] { "mail", "pdf", "mail" })
        {
            JobId id = await host.Api.SubmitAsync($$"""{"queue":"{{queue}}"}""");
            ids.Add(id.ToString());
            await host.Api.AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        return [.. ids];
    }
}
