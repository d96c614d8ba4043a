using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace CosmosSetup.Tests;

/// <summary>
/// An account as Cosmos DB's REST API is documented, behind the client's own HTTP handler: the account, databases, containers and offers,
/// and the refusals that a test asks for.
/// </summary>
internal sealed class FakeAccount : HttpMessageHandler
{
    private const string DatabaseRid = "AAAAAA==";
    private const string ContainerRid = "AAAAAAAAAAA=";

    private readonly HashSet<string> _databases = [];
    private readonly Dictionary<string, JsonObject> _containers = [];
    private readonly Dictionary<string, JsonObject> _offers = [];
    private readonly List<Refusal> _refusals = [];

    /// <summary>What was asked, in order.</summary>
    public List<Request> Requests { get; } = [];

    /// <summary>The requests that change something. A query is a POST by its verb only.</summary>
    public IEnumerable<Request> Writes => Requests.Where(request => request.Method != "GET" && !request.IsQuery);

    public string Consistency { get; set; } = "Session";

    public bool IsServerless { get; set; }

    /// <summary>Thrown in place of any answer.</summary>
    public Exception? Failure { get; set; }

    public void AddDatabase(string name) => _databases.Add(name);

    public void AddContainer(string name, string json)
    {
        AddDatabase("NwJobs");
        JsonObject container = JsonNode.Parse(json)!.AsObject();
        container["id"] = name;
        Store(name, container);
    }

    /// <summary>The throughput of the container, or of its database.</summary>
    public void SetThroughput(string content, bool ofDatabase = false)
    {
        string rid = ofDatabase ? DatabaseRid : ContainerRid;
        _offers[rid] = new JsonObject
        {
            ["offerVersion"] = "V2",
            ["offerType"] = "Invalid",
            ["resource"] = ofDatabase ? $"dbs/{DatabaseRid}/" : $"dbs/{DatabaseRid}/colls/{ContainerRid}/",
            ["offerResourceId"] = rid,
            ["content"] = JsonNode.Parse(content),
            ["id"] = ofDatabase ? "dddd" : "cccc",
            ["_rid"] = ofDatabase ? "dddd" : "cccc",
            ["_self"] = ofDatabase ? "offers/dddd/" : "offers/cccc/",
            ["_etag"] = "\"1\"",
            ["_ts"] = 1,
        };
    }

    /// <summary>Refuses requests of a method whose path begins so.</summary>
    public void Refuse(string method, string path, int status, string message, int substatus = 0, int times = int.MaxValue) =>
        _refusals.Add(new Refusal(method, path, status, message, substatus) { Left = times });

    public HttpClient CreateClient() => new(this, disposeHandler: false);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var asked = new Request(
            request.Method.Method,
            request.RequestUri!.AbsolutePath,
            request.RequestUri.Host,
            body,
            Header(request, "x-ms-offer-throughput"),
            Header(request, "x-ms-cosmos-offer-autopilot-settings"),
            Header(request, "If-Match"),
            string.Equals(Header(request, "x-ms-documentdb-isquery"), "true", StringComparison.OrdinalIgnoreCase));
        Requests.Add(asked);
        if (Failure is not null)
        {
            throw Failure;
        }

        if (_refusals.Find(refusal => refusal.Matches(asked)) is { } refusal)
        {
            refusal.Left--;
            return Refused(request, refusal.Status, refusal.Message, refusal.Substatus);
        }

        return Answer(request, asked);
    }

    private HttpResponseMessage Answer(HttpRequestMessage request, Request asked)
    {
        string[] path = asked.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return (asked.Method, path) switch
        {
            ("GET", []) => Ok(request, 200, Account()),
            ("GET", ["dbs", string name]) => _databases.Contains(name) ? Ok(request, 200, Database(name)) : Missing(request),
            ("POST", ["dbs"]) => CreateDatabase(request, asked),
            ("GET", ["dbs", _, "colls", string name]) =>
                _containers.TryGetValue(name, out JsonObject? container) ? Ok(request, 200, container) : Missing(request),
            ("POST", ["dbs", _, "colls"]) => CreateContainer(request, asked),
            ("PUT", ["dbs", _, "colls", string name]) => Ok(request, 200, Store(name, JsonNode.Parse(asked.Body)!.AsObject())),
            ("POST", ["offers"]) => Offers(request, asked),
            ("GET", ["offers", string id]) => Ok(request, 200, _offers.Values.Single(offer => (string?)offer["id"] == id)),
            _ => Missing(request),
        };
    }

    private HttpResponseMessage CreateDatabase(HttpRequestMessage request, Request asked)
    {
        string name = (string)JsonNode.Parse(asked.Body)!["id"]!;
        return _databases.Add(name)
            ? Ok(request, 201, Database(name))
            : Refused(request, 409, "Resource with specified id or name already exists.", 0);
    }

    private HttpResponseMessage CreateContainer(HttpRequestMessage request, Request asked)
    {
        if (IsServerless && (asked.Throughput ?? asked.Autoscale) is not null)
        {
            return Refused(
                request, 400, "Setting offer throughput or autopilot on container is not supported for serverless accounts.", 0);
        }

        JsonObject container = JsonNode.Parse(asked.Body)!.AsObject();
        string name = (string)container["id"]!;
        if (_containers.ContainsKey(name))
        {
            return Refused(request, 409, "Resource with specified id or name already exists.", 0);
        }

        if (!IsServerless)
        {
            SetThroughput(
                asked.Autoscale is { } autoscale
                    ? $$"""{"offerThroughput":100,"offerAutopilotSettings":{{autoscale}}}"""
                    : $$"""{"offerThroughput":{{asked.Throughput ?? "400"}}}""");
        }

        return Ok(request, 201, Store(name, container));
    }

    private HttpResponseMessage Offers(HttpRequestMessage request, Request asked)
    {
        if (IsServerless)
        {
            return Refused(request, 400, "Reading or replacing offers is not supported for serverless accounts.", 0);
        }

        string rid = (string)JsonNode.Parse(asked.Body)!["parameters"]![0]!["value"]!;
        JsonNode?[] found = _offers.TryGetValue(rid, out JsonObject? offer) ? [offer.DeepClone()] : [];
        return Ok(request, 200, new JsonObject { ["_rid"] = "", ["Offers"] = new JsonArray(found), ["_count"] = found.Length });
    }

    private JsonObject Store(string name, JsonObject container)
    {
        container["_rid"] = ContainerRid;
        container["_self"] = $"dbs/{DatabaseRid}/colls/{ContainerRid}/";
        container["_etag"] = "\"7\"";
        container["_ts"] = 1;
        _containers[name] = container;
        return container;
    }

    private static JsonObject Database(string name) => new()
    {
        ["id"] = name,
        ["_rid"] = DatabaseRid,
        ["_self"] = $"dbs/{DatabaseRid}/",
        ["_etag"] = "\"1\"",
        ["_colls"] = "colls/",
        ["_ts"] = 1,
    };

    private JsonObject Account()
    {
        // Not the address that the account is asked at: what an emulator in a container says of itself.
        static JsonArray Locations() => [new JsonObject { ["name"] = "Here", ["databaseAccountEndpoint"] = "https://172.17.0.2:8081/" }];
        return new JsonObject
        {
            ["id"] = "account",
            ["_rid"] = "account",
            ["writableLocations"] = Locations(),
            ["readableLocations"] = Locations(),
            ["enableMultipleWriteLocations"] = false,
            ["userConsistencyPolicy"] = new JsonObject { ["defaultConsistencyLevel"] = Consistency },
            ["systemReplicationPolicy"] = new JsonObject { ["minReplicaSetSize"] = 1, ["maxReplicasetSize"] = 4 },
            ["readPolicy"] = new JsonObject { ["primaryReadCoefficient"] = 1, ["secondaryReadCoefficient"] = 1 },
            ["queryEngineConfiguration"] = "{}",
        };
    }

    private static HttpResponseMessage Missing(HttpRequestMessage request) => Refused(request, 404, "Resource Not Found.", 0);

    private static HttpResponseMessage Refused(HttpRequestMessage request, int status, string message, int substatus)
    {
        HttpResponseMessage answer = Ok(
            request,
            status,
            new JsonObject { ["code"] = ((HttpStatusCode)status).ToString(), ["message"] = $"{message}\r\nActivityId: 1" });
        answer.Headers.Add("x-ms-substatus", substatus.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (status == 429)
        {
            answer.Headers.Add("x-ms-retry-after-ms", "1");
        }

        return answer;
    }

    private static HttpResponseMessage Ok(HttpRequestMessage request, int status, JsonObject body)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status)
        {
            RequestMessage = request,
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        answer.Headers.Add("x-ms-activity-id", "00000000-0000-0000-0000-000000000001");
        answer.Headers.Add("x-ms-request-charge", "1");
        return answer;
    }

    private static string? Header(HttpRequestMessage request, string name) =>
        request.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(',', values) : null;

    private sealed record Refusal(string Method, string Path, int Status, string Message, int Substatus)
    {
        public int Left { get; set; }

        public bool Matches(Request request) =>
            Left > 0 && request.Method == Method && request.Path.StartsWith(Path, StringComparison.Ordinal);
    }
}

/// <summary>One request, as far as tests look at it.</summary>
internal sealed record Request(
    string Method, string Path, string Host, string Body, string? Throughput, string? Autoscale, string? IfMatch, bool IsQuery);
