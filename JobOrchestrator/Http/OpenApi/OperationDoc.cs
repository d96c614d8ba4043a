namespace JobOrchestrator.Http.OpenApi;

/// <summary>What the API's document says of one operation; attached to its endpoint.</summary>
/// <param name="tag">Under which heading it stands.</param>
/// <param name="summary">One line.</param>
/// <param name="description">The rest; Markdown.</param>
internal sealed class OperationDoc(string tag, string summary, string description = "")
{
    public string Tag { get; } = tag;

    public string Summary { get; } = summary;

    public string Description { get; } = description;

    public List<Parameter> Parameters { get; } = [];

    public string? BodySchema { get; private set; }

    /// <summary>Bodies that run when tried, by name.</summary>
    public List<(string Name, string Json)> Examples { get; } = [];

    public List<AnswerDoc> Answers { get; } = [];

    /// <param name="name">Its name in the path.</param>
    /// <param name="text">What it is.</param>
    /// <param name="example">A value to start with.</param>
    public OperationDoc Path(string name, string text, string? example = null) => With(new Parameter(name, "path", text, example, []));

    /// <summary>A query parameter; the words are the only values that it takes.</summary>
    public OperationDoc Query(string name, string text, params string[] words) => With(new Parameter(name, "query", text, null, words));

    /// <summary>Whether it takes this query parameter, in whatever case.</summary>
    public bool HasQuery(string name) =>
        Parameters.Any(parameter => parameter.In == "query" && parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>A request header. It gets no example, because the page would send that.</summary>
    public OperationDoc Header(string name, string text) => With(new Parameter(name, "header", text, null, []));

    /// <summary>The body.</summary>
    public OperationDoc Takes(string schema, params (string Name, string Json)[] examples)
    {
        BodySchema = schema;
        Examples.AddRange(examples);
        return this;
    }

    /// <summary>An answer that is no problem.</summary>
    public OperationDoc Gives(int status, string text, string? schema = null, string mediaType = "application/json")
    {
        Answers.Add(new AnswerDoc(status, text, schema, mediaType));
        return this;
    }

    /// <summary>The problems that are this operation's own.</summary>
    public OperationDoc Refuses(params ProblemType[] types)
    {
        foreach (IGrouping<int, ProblemType> status in types.GroupBy(type => type.Status!.Value))
        {
            Answers.Add(new AnswerDoc(
                status.Key,
                string.Join("\n\n", status.Select(type => $"`{type.Name}`: {type.Title}")),
                "Problem",
                "application/problem+json"));
        }

        return this;
    }

    private OperationDoc With(Parameter parameter)
    {
        Parameters.Add(parameter);
        return this;
    }

    /// <summary>A parameter in <c>path</c>, <c>query</c> or <c>header</c>.</summary>
    public sealed record Parameter(string Name, string In, string Text, string? Example, string[] Words);

    /// <summary>One possible answer.</summary>
    public sealed record AnswerDoc(int Status, string Text, string? Schema, string MediaType);
}
