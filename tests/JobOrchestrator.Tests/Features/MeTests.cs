using System.Net;

namespace JobOrchestrator.Tests.Features;

/// <summary>What the service says a caller is.</summary>
public sealed class MeTests
{
    [Fact]
    public async Task Me_NoKeysThere_IsEveryoneWhoMayDoEverything()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer me = await host.GetAsync("/me");

        Assert.Equal(
            """
            {"admin":true,"queues":["*"],"submitQueues":["*"],
            "permissions":["Read","Submit","Work","Operate","ReadPayload"],"by":"none"}
            """.ReplaceLineEndings(""),
            me.Text);
        Assert.Equal("no-store", me["Cache-Control"]);
    }

    [Theory]
    [InlineData("root", """
        {"name":"root","admin":true,"queues":["*"],"submitQueues":["*"],
        "permissions":["Read","Submit","Work","Operate","ReadPayload"],"by":"key"}
        """)]
    [InlineData("shop", """
        {"name":"shop","admin":false,"owner":"shop","queues":[],"submitQueues":["mail","pdf"],
        "permissions":["Read","Submit","ReadPayload"],"priorityMax":10,"by":"key"}
        """)]
    [InlineData("work", """
        {"name":"work","admin":false,"queues":["pdf"],"submitQueues":[],"permissions":["Read","Work","ReadPayload"],"by":"key"}
        """)]
    [InlineData("on-call", """
        {"name":"on-call","admin":false,"queues":["*"],"submitQueues":[],"permissions":["Read","Operate","ReadPayload"],"by":"key"}
        """)]
    [InlineData("support", """
        {"name":"support","admin":false,"queues":["*"],"submitQueues":[],"permissions":["Read"],"by":"key"}
        """)]
    [InlineData("both", """
        {"name":"both","admin":false,"queues":["a","b"],"submitQueues":["a","b"],
        "permissions":["Read","Submit","Work","ReadPayload"],"by":"key"}
        """)]
    public async Task Me_OfAKey_IsWhatItsSettingsSay(string name, string expected)
    {
        await using ApiHost host = await StartAsync();

        Answer me = await host.GetAsync("/me", ("X-Api-Key", $"{name}-key-0123456789"));

        Assert.Equal(expected.ReplaceLineEndings(""), me.Text);
    }

    [Fact]
    public async Task Me_WithoutAKnownKey_IsRefused()
    {
        await using ApiHost host = await StartAsync();

        (await host.GetAsync("/me")).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthorized");
        (await host.GetAsync("/me", ("Cookie", "jobs=root-key-0123456789"))).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthorized");
    }

    private static Task<ApiHost> StartAsync() => ApiHost.StartAsync(settings: TestKeys.Of(
        ("root", ["Admin=true"]),
        ("shop", ["Owner=shop", "Permissions=Submit", "SubmitQueues:0=pdf", "SubmitQueues:1=mail", "PriorityMax=10"]),
        ("work", ["Queues:0=pdf", "Permissions=Work"]),
        ("on-call", ["Queues:0=*", "Permissions=Operate"]),
        ("support", ["Queues:0=*", "Permissions=Read", "ReadPayload=false"]),
        ("both", ["Queues:0=b", "Queues:1=a", "Permissions=Submit,Work"])));
}
