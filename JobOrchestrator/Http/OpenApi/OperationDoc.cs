using Microsoft.OpenApi;

namespace JobOrchestrator.Http.OpenApi;

/// <summary>What the API's document says of one operation; attached to its endpoint.</summary>
/// <param name="tag">Under which heading it stands.</param>
/// <param name="id">Its name in generated clients; stable.</param>
/// <param name="summary">One line.</param>
/// <param name="description">The rest; Markdown.</param>
internal sealed class OperationDoc(string tag, string id, string summary, string description = "")
{
    private const string Json = "application/json";

    public string Tag { get; } = tag;

    public string Id { get; } = id;

    public string Summary { get; } = summary;

    public string Description { get; } = description;

    public List<Parameter> Parameters { get; } = [];

    /// <summary>Whether it asks for no key and takes any query parameter.</summary>
    public bool IsForAnyone { get; private set; }

    /// <summary>The body, if it takes one.</summary>
    public Func<ApiSchemas, IOpenApiSchema>? Body { get; private set; }

    /// <summary>Whether it may not be left out.</summary>
    public bool IsBodyRequired { get; private set; } = true;

    /// <summary>Bodies that run when tried, by name.</summary>
    public List<(string Name, string Json)> Examples { get; } = [];

    public List<AnswerDoc> Answers { get; } = [];

    public List<ProblemType> Problems { get; } = [];

    /// <param name="name">Its name in the path.</param>
    /// <param name="text">What it is.</param>
    /// <param name="schema">Its type.</param>
    /// <param name="example">A value to start with.</param>
    public OperationDoc Path(string name, string text, OpenApiSchema schema, string example) =>
        With(new Parameter(name, ParameterLocation.Path, text, _ => schema, example, IsRequired: true));

    /// <summary>A query parameter. What is not named here is refused.</summary>
    public OperationDoc Query(string name, string text, Func<ApiSchemas, IOpenApiSchema> schema, string? example = null) =>
        With(new Parameter(name, ParameterLocation.Query, text, schema, example));

    /// <summary>A query parameter without which nothing is found.</summary>
    public OperationDoc RequiredQuery(string name, string text, Func<ApiSchemas, IOpenApiSchema> schema, string example) =>
        With(new Parameter(name, ParameterLocation.Query, text, schema, example, IsRequired: true));

    /// <summary>A query parameter that is text.</summary>
    public OperationDoc Query(string name, string text) => Query(name, text, _ => Schema.Text(""));

    /// <summary>Whether it takes this query parameter, in whatever case.</summary>
    public bool HasQuery(string name) => QueryNames.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The query parameters that it takes.</summary>
    public IEnumerable<string> QueryNames =>
        Parameters.Where(parameter => parameter.In == ParameterLocation.Query).Select(parameter => parameter.Name);

    /// <summary>Whether it can be asked to wait.</summary>
    public bool Waits => Parameters.Any(parameter => parameter is { In: ParameterLocation.Header, Name: "Prefer" });

    /// <summary>A request header. It gets no example, because the page would send that.</summary>
    public OperationDoc Header(string name, string text, OpenApiSchema? schema = null) =>
        With(new Parameter(name, ParameterLocation.Header, text, _ => schema ?? Schema.Text(""), null));

    /// <summary>It asks for no key, and takes any query parameter.</summary>
    public OperationDoc ForAnyone()
    {
        IsForAnyone = true;
        return this;
    }

    /// <summary>The body.</summary>
    public OperationDoc Takes(string schema, params (string Name, string Json)[] examples) =>
        Takes(api => api.Reference(schema), examples);

    /// <summary>The body.</summary>
    public OperationDoc Takes(Func<ApiSchemas, IOpenApiSchema> schema, params (string Name, string Json)[] examples)
    {
        Body = schema;
        Examples.AddRange(examples);
        return this;
    }

    /// <summary>The body, which may be left out.</summary>
    public OperationDoc MayTake(string schema, params (string Name, string Json)[] examples)
    {
        IsBodyRequired = false;
        return Takes(schema, examples);
    }

    /// <summary>An answer that is no problem and has no body.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="text">What it means.</param>
    /// <param name="headers">The headers that come with it, of <see cref="ResponseHeaders"/>.</param>
    public OperationDoc Gives(int status, string text, params string[] headers) => Gives(status, text, null, Json, headers);

    /// <summary>An answer with this document.</summary>
    public OperationDoc Gives(int status, string text, Func<ApiSchemas, IOpenApiSchema> schema, params string[] headers) =>
        Gives(status, text, schema, Json, headers);

    /// <summary>An answer of server-sent events.</summary>
    public OperationDoc Streams(string text) => Gives(200, text, _ => Schema.Text("Server-sent events."), "text/event-stream", []);

    /// <summary>The problems that are this operation's own.</summary>
    public OperationDoc Refuses(params ProblemType[] types)
    {
        Problems.AddRange(types);
        return this;
    }

    private OperationDoc Gives(
        int status, string text, Func<ApiSchemas, IOpenApiSchema>? schema, string mediaType, string[] headers)
    {
        Answers.Add(new AnswerDoc(status, text, schema, mediaType, headers));
        return this;
    }

    private OperationDoc With(Parameter parameter)
    {
        Parameters.Add(parameter);
        return this;
    }

    /// <summary>A parameter in the path, the query or a header.</summary>
    public sealed record Parameter(
        string Name,
        ParameterLocation In,
        string Text,
        Func<ApiSchemas, IOpenApiSchema> Schema,
        string? Example,
        bool IsRequired = false);

    /// <summary>One possible answer; without a schema it has no body.</summary>
    public sealed record AnswerDoc(
        int Status, string Text, Func<ApiSchemas, IOpenApiSchema>? Schema, string MediaType, string[] Headers);
}
