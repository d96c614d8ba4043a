using System.Net;
using System.Text.Json;

namespace JobOrchestrator.Tests.Features.Actions;

/// <summary>Asking for bulk actions, and reading what came of them.</summary>
internal static class ActHost
{
    /// <summary>Asks for an action; further members stand behind the query.</summary>
    public static Task<Answer> ActAsync(
        this ApiHost host, string action, string query, string more = "", params (string Name, string Value)[] headers) =>
        host.PostAsync("/jobs/actions", Body(action, query, more), headers);

    public static string Body(string action, string query, string more = "") =>
        $$"""{"action":"{{action}}","q":{{JsonSerializer.Serialize(query)}}{{(more.Length == 0 ? "" : "," + more)}}}""";

    /// <summary>What a whole answer says, in few words: done, each reason with its number, and + where there is more.</summary>
    public static string Told(this Answer answer)
    {
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        JsonElement json = answer.Json;
        IEnumerable<string> skipped = json.GetProperty("skipped").EnumerateObject().Select(reason => $" {reason.Name}:{reason.Value}");
        return json.GetProperty("done").GetInt32() + string.Concat(skipped) + (json.TryGetProperty("next", out _) ? " +" : "");
    }

    public static string Next(this Answer answer) => answer.Json.GetProperty("next").GetString()!;

    public static string Id(this Answer answer) => answer.Json.GetProperty("id").GetString()!;

    public static async Task<int> CountAsync(this ApiHost host, string query) =>
        (await host.GetAsync($"/jobs/count?q={Uri.EscapeDataString(query)}")).Json.GetProperty("count").GetInt32();

    public static async Task<JsonElement> ActionAsync(this ApiHost host, string id, params (string Name, string Value)[] headers)
    {
        Answer answer = await host.GetAsync($"/actions/{id}", headers);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer.Json;
    }

    /// <summary>The actions that a caller sees, the last first, in few words.</summary>
    public static async Task<string> ActionsAsync(this ApiHost host, params (string Name, string Value)[] headers) =>
        string.Join(' ', (await host.GetAsync("/actions", headers)).Json.GetProperty("actions").EnumerateArray()
            .Select(action => action.GetProperty("action").GetString()));

    /// <summary>Puts many waiting jobs into a queue.</summary>
    public static async Task SubmitManyAsync(this ApiHost host, int count, string queue = "default")
    {
        foreach (string[] jobs in Enumerable.Repeat($$"""{"queue":"{{queue}}"}""", count).Chunk(100))
        {
            Answer answer = await host.PostAsync("/jobs/batch", $"[{string.Join(',', jobs)}]");
            Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        }
    }
}
