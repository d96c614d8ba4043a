using System.Net;
using JobOrchestrator.Core;

namespace JobOrchestrator.Tests.Features;

public sealed class ListJobsTests
{
    [Fact]
    public async Task List_MoreThanAPage_LinksToTheNextWithTheSameFilters()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        List<JobId> submitted = [];
        for (int i = 0; i < 5; i++)
        {
            submitted.Add(await host.SubmitAsync("""{"owner":"a b","queue":"q"}"""));
            await host.SubmitAsync("""{"owner":"other","queue":"q"}""");
            await host.AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        List<JobId> listed = [];
        string? next = "/jobs?owner=a%20b&status=new&limit=2";
        int pages = 0;
        while (next is not null)
        {
            Answer page = await host.GetAsync(next);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            listed.AddRange(page.Json.EnumerateArray().Select(job => new JobId(job.GetProperty("id").GetGuid())));
            pages++;
            next = page["Link"] is { } link && link.EndsWith(">; rel=\"next\"", StringComparison.Ordinal)
                ? link[1..link.IndexOf('>', StringComparison.Ordinal)]
                : null;
        }

        Assert.Equal(3, pages);
        Assert.Equal(submitted.AsEnumerable().Reverse(), listed);
    }

    /// <summary>
    /// By its id a job is as old as its request, and it is created when it is stored: one that lay between was not listed.
    /// </summary>
    [Fact]
    public async Task List_CreatedAfterAnInstantBeforeTheCommit_HasTheJob()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        host.Shards.Proposing =
            command => command is Core.Command.Enqueue ? host.AdvanceAsync(TimeSpan.FromSeconds(2)) : Task.CompletedTask;
        string asked = Uri.EscapeDataString(host.Time.GetUtcNow().AddSeconds(1).ToString("O"));
        JobId id = await host.SubmitAsync("{}");

        Assert.Equal(id.ToString(), Assert.Single((await host.GetAsync($"/jobs?createdAfter={asked}")).Json.EnumerateArray())
            .GetProperty("id").GetString());
        Assert.Empty((await host.GetAsync($"/jobs?createdBefore={asked}")).Json.EnumerateArray());
        await host.SendAsync(HttpMethod.Delete, $"/jobs/{id}", null);
        Answer purged = await host.PostAsync($"/queues/default/purge?status=Cancelled&createdAfter={asked}", "");
        Assert.Equal(1, purged.Json.GetProperty("purged").GetInt32());
    }

    [Theory]
    [InlineData("type=a", 1)]
    [InlineData("type=c", 0)]
    [InlineData("queue=q", 1)]
    [InlineData("status=New", 2)]
    [InlineData("status=COMPLETED", 0)]
    [InlineData("createdAfter=2029-12-31T23:59:59Z", 2)]
    [InlineData("createdAfter=2030-01-01T00:00:00%2B00:00", 0)]
    [InlineData("createdBefore=2030-01-01T00:00:01Z", 2)]
    [InlineData("limit=1", 1)]
    [InlineData("limit=99999999999", 2)]
    public async Task List_Filter_IsHonoured(string query, int count)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync("""{"type":"a"}""");
        await host.SubmitAsync("""{"type":"b","queue":"q"}""");

        Answer answer = await host.GetAsync("/jobs?" + query);

        Assert.Equal(count, answer.Json.GetArrayLength());
    }

    [Theory]
    [InlineData("status=Sleeping", HttpStatusCode.BadRequest, "malformed-request")]
    [InlineData("limit=many", HttpStatusCode.BadRequest, "malformed-request")]
    [InlineData("limit=0", HttpStatusCode.UnprocessableEntity, "invalid-request")]
    [InlineData("limit=-1", HttpStatusCode.UnprocessableEntity, "invalid-request")]
    [InlineData("createdAfter=yesterday", HttpStatusCode.BadRequest, "malformed-request")]
    [InlineData("createdBefore=2030-01-01", HttpStatusCode.BadRequest, "malformed-request")]
    [InlineData("createdBefore=2030-01-01T00:00:00", HttpStatusCode.BadRequest, "malformed-request")]
    [InlineData("cursor=nonsense", HttpStatusCode.BadRequest, "malformed-request")]
    public async Task List_BadParameter_IsNamed(string query, HttpStatusCode status, string name)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.GetAsync("/jobs?" + query);

        answer.ShouldBeProblem(status, name);
        Assert.Contains(
            query[..query.IndexOf('=', StringComparison.Ordinal)],
            answer.Json.GetProperty("detail").GetString(),
            StringComparison.Ordinal);
    }
}
