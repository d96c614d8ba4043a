using System.Net;
using JobOrchestrator.Tests.Features;

namespace JobOrchestrator.Tests.Doors;

/// <summary>relay's calls as its clients send them.</summary>
internal static class RelayCalls
{
    public const string PlainText = "text/plain; charset=utf-8";
    public const string ApplicationJson = "application/json";

    /// <summary>A request in one line, such as <c>POST /enqueue</c>.</summary>
    public static Task<Answer> CallAsync(
        this ApiHost host, string request, string? body = null, params (string Name, string Value)[] headers)
    {
        string[] parts = request.Split(' ', 2);
        return host.SendAsync(new HttpMethod(parts[0]), parts[1], body, headers);
    }

    /// <summary>Brings about the trouble that a table names, if it names one; <c>broken</c> is a mistake of the service's own.</summary>
    public static async Task BeforeAsync(this ApiHost host, string before)
    {
        if (before is "down" or "busy" or "unknown")
        {
            await host.Jobs.TroubleAsync(before);
        }
        else if (before is "broken")
        {
            host.Shards.Proposing = _ => throw new InvalidOperationException("broken");
        }
    }

    /// <summary>A request amid the trouble that a table names: one that nobody answers takes its time.</summary>
    public static Task<Answer> CallAsync(this ApiHost host, string before, string request, string? body)
    {
        Task<Answer> call = host.CallAsync(request, body);
        return before is "unknown" ? host.Jobs.WhileTimePassesAsync(call) : call;
    }

    /// <summary>A request that has to get this status.</summary>
    public static async Task<Answer> ExpectAsync(this ApiHost host, int status, string request, string? body = null)
    {
        Answer answer = await host.CallAsync(request, body);
        Assert.True((int)answer.Status == status, $"{request}: expected {status}, got {(int)answer.Status}: {answer.Text}");
        return answer;
    }

    /// <summary>Asserts status, content type and body; without a content type there is no body.</summary>
    public static void ShouldBe(this Answer answer, int status, string? contentType, string? text)
    {
        Assert.True((int)answer.Status == status, $"Expected {status}, got {(int)answer.Status}: {answer.Text}");
        Assert.Equal(contentType, answer["Content-Type"]);
        if (contentType is null)
        {
            Assert.Empty(answer.Text);
        }
        else if (text is not null)
        {
            Assert.Equal(text, answer.Text);
        }
        else
        {
            Assert.NotEmpty(answer.Text);
        }
    }

    /// <summary>How many times a job is handed out before it is gone, when every worker dies: each lease is let run out.</summary>
    public static async Task<int> DeliveriesAsync(this ApiHost host, string next, int leaseSeconds, int most)
    {
        int deliveries = 0;
        while (deliveries < most && (await host.CallAsync(next)).Status == HttpStatusCode.OK)
        {
            deliveries++;
            await host.AdvanceAsync(TimeSpan.FromSeconds(leaseSeconds));
        }

        return deliveries;
    }
}
