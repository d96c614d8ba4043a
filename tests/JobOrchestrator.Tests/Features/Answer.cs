using System.Net;
using System.Text;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Tests.Features;

/// <summary>An HTTP answer, read whole.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">Every header, by lower-case name.</param>
/// <param name="Body">The body.</param>
internal sealed record Answer(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Body, new JsonDocumentOptions { MaxDepth = 128 });
            return document.RootElement.Clone();
        }
    }

    /// <summary>The id of the job document in the body.</summary>
    public JobId JobId => new(Json.GetProperty("id").GetGuid());

    /// <summary>The job's status in the body.</summary>
    public string? JobStatus => Json.GetProperty("status").GetString();

    /// <summary>A header, or null.</summary>
    public string? this[string name] => Headers.GetValueOrDefault(name.ToUpperInvariant());

    public static async Task<Answer> OfAsync(HttpResponseMessage response)
    {
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key.ToUpperInvariant(), header => string.Join(", ", header.Value));
        return new Answer(response.StatusCode, headers, await response.Content.ReadAsByteArrayAsync());
    }

    /// <summary>Asserts a problem document of this kind with everything that one has to carry.</summary>
    public Answer ShouldBeProblem(HttpStatusCode status, string name)
    {
        Assert.True(Status == status, $"Expected {(int)status} {name}, got {(int)Status}: {Text}");
        Assert.Equal("application/problem+json", this["Content-Type"]);
        Assert.Equal("/problems/" + name, Json.GetProperty("type").GetString());
        Assert.Equal((int)status, Json.GetProperty("status").GetInt32());
        Assert.NotEmpty(Json.GetProperty("title").GetString()!);
        Assert.NotEmpty(Json.GetProperty("detail").GetString()!);
        Assert.NotEmpty(Json.GetProperty("traceId").GetString()!);
        Assert.True(Json.TryGetProperty("retryable", out _));
        return this;
    }
}
