using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace JobOrchestrator.Tests.Features;

/// <summary>Query parameters: the document names those that are read, and no others are taken.</summary>
public sealed class OpenApiQueryTests
{
    [Fact]
    public async Task EveryParameterOfTheDocument_IsTaken()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: new() { ["Api:WaitSecondsMax"] = "0" });
        List<Operation> operations = await OperationsAsync(host);
        int tried = 0;
        foreach (Operation operation in operations)
        {
            foreach ((string name, string value) in operation.Query)
            {
                Answer answer = await operation.SendAsync(host, await JobAsync(host), $"?{name}={Uri.EscapeDataString(value)}");

                // An action wants a body that says what to do; what it lacks is told of that, and not of the address.
                bool lacksBody = operation.Path == "/jobs/actions" && answer.Text.Contains("\"/action\"", StringComparison.Ordinal);
                Assert.True(
                    (int)answer.Status < 300 || lacksBody, $"{operation.Method} {operation.Path} ?{name}={value}: {answer.Text}");
                tried++;
            }
        }

        Assert.InRange(tried, 30, 1_000);
    }

    [Fact]
    public async Task EveryOperation_UnknownParameter_IsRefusedByName()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        foreach (Operation operation in await OperationsAsync(host))
        {
            Answer answer = await operation.SendAsync(host, await JobAsync(host), "?surprise=1");

            answer.ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
            Assert.Contains("surprise", answer.Text, StringComparison.Ordinal);
        }
    }

    /// <summary>What a handler looks for in the query stands in the document: what does not, is refused before the handler runs.</summary>
    [Fact]
    public async Task EveryParameterThatIsRead_IsInTheDocument()
    {
        HashSet<string> asked = new(StringComparer.OrdinalIgnoreCase);
        await using ApiHost host = await ApiHost.StartAsync(
            settings: new() { ["Api:WaitSecondsMax"] = "0" },
            routes: app => app.Use((http, next) =>
            {
                http.Features.Set<IQueryFeature>(new ListeningQuery(http.Request.Query, asked));
                return next(http);
            }));
        var read = new HashSet<string>();
        foreach (Operation operation in await OperationsAsync(host))
        {
            string job = await JobAsync(host);
            asked.Clear();
            await operation.SendAsync(host, job, "");

            Assert.Subset(
                operation.Query.Select(parameter => parameter.Name).ToHashSet(StringComparer.OrdinalIgnoreCase),
                asked.ToHashSet(StringComparer.OrdinalIgnoreCase));
            read.UnionWith(asked);
        }

        // Were nothing heard, nothing could be missing.
        Assert.Superset(new HashSet<string> { "status", "limit", "cursor", "after", "atomic", "purge", "onDuplicate", "jobId" }, read);
    }

    private static async Task<string> JobAsync(ApiHost host) => (await host.SubmitAsync("""{"queue":"tried"}""")).ToString();

    private static async Task<List<Operation>> OperationsAsync(ApiHost host)
    {
        JsonElement document = (await host.GetAsync("/openapi/v1.json")).Json;
        var operations = new List<Operation>();
        foreach (JsonProperty path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (JsonProperty operation in path.Value.EnumerateObject())
            {
                var query = new List<(string, string)>();
                if (operation.Value.TryGetProperty("parameters", out JsonElement parameters))
                {
                    query.AddRange(parameters.EnumerateArray()
                        .Where(parameter => parameter.GetProperty("in").GetString() == "query")
                        .Select(parameter => (
                            parameter.GetProperty("name").GetString()!,
                            ValueOf(document, parameter.GetProperty("schema"), ExampleOf(parameter)))));
                }

                operations.Add(new Operation(operation.Name.ToUpperInvariant(), path.Name, query));
            }
        }

        return operations;
    }

    /// <summary>A value of the parameter's type. A cursor and an id are the operation's own, and made by a job.</summary>
    private static string ValueOf(JsonElement document, JsonElement schema, string text = "text")
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference))
        {
            string name = reference.GetString()!.Split('/')[^1];
            return ValueOf(document, document.GetProperty("components").GetProperty("schemas").GetProperty(name));
        }

        if (schema.TryGetProperty("default", out JsonElement usual))
        {
            return usual.ToString();
        }

        if (schema.TryGetProperty("enum", out JsonElement words))
        {
            return words[0].GetString()!;
        }

        string? format = schema.TryGetProperty("format", out JsonElement said) ? said.GetString() : null;
        return (schema.GetProperty("type").GetString(), format) switch
        {
            ("boolean", _) => "false",
            ("integer" or "number", _) => schema.GetProperty("minimum").GetRawText(),
            ("string", "date-time") => "2030-01-31T12:00:00Z",
            ("string", "uuid") => "{id}",
            _ => text,
        };
    }

    /// <summary>A text as the document shows one.</summary>
    private static string ExampleOf(JsonElement parameter) =>
        parameter.TryGetProperty("example", out JsonElement example) && example.ValueKind == JsonValueKind.String
            ? example.GetString()!
            : "text";

    /// <summary>An operation of the document, and a value for each query parameter.</summary>
    private sealed record Operation(string Method, string Path, List<(string Name, string Value)> Query)
    {
        /// <summary>Sends what the operation takes, about a job that is there.</summary>
        public async Task<Answer> SendAsync(ApiHost host, string id, string query)
        {
            string path = Path.Replace("{id}", id, StringComparison.Ordinal).Replace("{queue}", "default", StringComparison.Ordinal);
            query = query.Replace(Uri.EscapeDataString("{id}"), id, StringComparison.Ordinal);
            query = query.Replace("after=text", "after=oldest", StringComparison.Ordinal);
            query = query.Replace("cursor=text", "cursor=", StringComparison.Ordinal);
            query = query.Replace("tz=text", "tz=Europe%2FBerlin", StringComparison.Ordinal);
            string? body = Method is "POST" or "PATCH" ? BodyOf(Path) : null;
            return Path == "/jobs/{id}/events" && query.Length == 0
                ? await CancelledAsync(host, id)
                : await host.SendAsync(new HttpMethod(Method), path + query, body, ("Accept", "application/json"));
        }

        /// <summary>A stream ends with its job.</summary>
        private static async Task<Answer> CancelledAsync(ApiHost host, string id)
        {
            await host.PostAsync($"/jobs/{id}/cancel", "");
            return await host.GetAsync($"/jobs/{id}/events");
        }

        private static string BodyOf(string path) => path.Split('/')[^1] switch
        {
            "batch" => "[]",
            "report" => """{"reports":[]}""",
            "lease" => """{"worker":"w"}""",
            "fail" => """{"leaseToken":"t","error":"e"}""",
            "heartbeat" or "complete" or "release" => """{"leaseToken":"t"}""",
            "{id}" => """{"priority":1}""",
            _ => "{}",
        };
    }

    /// <summary>Notes the names that are asked for.</summary>
    private sealed class ListeningQuery(IQueryCollection inner, HashSet<string> asked) : IQueryFeature, IQueryCollection
    {
        public IQueryCollection Query
        {
            get => this;
            set => throw new NotSupportedException();
        }

        public int Count => inner.Count;

        public ICollection<string> Keys => inner.Keys;

        public StringValues this[string key]
        {
            get
            {
                asked.Add(key);
                return inner[key];
            }
        }

        public bool ContainsKey(string key)
        {
            asked.Add(key);
            return inner.ContainsKey(key);
        }

        public bool TryGetValue(string key, out StringValues value)
        {
            asked.Add(key);
            return inner.TryGetValue(key, out value);
        }

        public IEnumerator<KeyValuePair<string, StringValues>> GetEnumerator() => inner.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => inner.GetEnumerator();
    }
}
