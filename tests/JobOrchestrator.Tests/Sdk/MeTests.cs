using System.Net;
using JobOrchestrator.Sdk;
using JobOrchestrator.Tests.Features;

namespace JobOrchestrator.Tests.Sdk;

/// <summary>What the SDK's client is told of itself.</summary>
public sealed class MeTests
{
    [Fact]
    public async Task MeAsync_WithAKeyThenWithItsTicket_TellsWhoThatIs()
    {
        await using ApiHost host = await ApiHost.StartAsync(
            kestrel: true,
            settings: TestKeys.Of(("work", ["Queues:0=pdf", "Owner=shop", "Permissions=Work", "PriorityMax=3"])));
        using JobClient withKey = Client(host, TestKeys.Secret("work"));

        JobCaller byKey = await new JobOperations(withKey).MeAsync();
        JobTicket ticket = await new JobOperations(withKey).TicketAsync();
        using JobClient withTicket = Client(host, ticket.Ticket);
        JobCaller byTicket = await new JobOperations(withTicket).MeAsync();
        JobOrchestratorException refused = await Assert.ThrowsAsync<JobOrchestratorException>(
            () => new JobOperations(withTicket).TicketAsync());

        Assert.Equal(("work", "shop", 3, "key", null), (byKey.Name, byKey.Owner, byKey.PriorityMax, byKey.By, byKey.Expires));
        Assert.Equal(["pdf"], byKey.Queues);
        Assert.Empty(byKey.SubmitQueues);
        Assert.Equal(["Read", "Work", "ReadPayload"], byKey.Permissions);
        Assert.Equal((true, false, false), (byKey.May("Work", "pdf"), byKey.May("Work", "mail"), byKey.May("Operate", "pdf")));
        Assert.Equal(("work", "ticket", ticket.Expires), (byTicket.Name, byTicket.By, byTicket.Expires));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
    }

    [Fact]
    public async Task MeAsync_NobodyIsAskedForAKey_MayDoEverything()
    {
        await using SdkHost host = await SdkHost.StartAsync();

        JobCaller me = await host.Operations.MeAsync();

        Assert.Equal((true, "none", null), (me.Admin, me.By, me.Name));
        Assert.True(me.May("Operate", "any"));
    }

    private static JobClient Client(ApiHost host, string key) => new(new JobClientOptions { Address = host.Address, ApiKey = key });
}
