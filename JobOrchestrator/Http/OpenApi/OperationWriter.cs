using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace JobOrchestrator.Http.OpenApi;

/// <summary>Writes an <see cref="OperationDoc"/> as OpenAPI has it.</summary>
/// <param name="document">The document that it goes into.</param>
/// <param name="schemas">Its schemas.</param>
internal sealed class OperationWriter(OpenApiDocument document, ApiSchemas schemas)
{
    private const string Json = "application/json";

    /// <summary>The problems of all operations that were written.</summary>
    public HashSet<ProblemType> Problems { get; } = [];

    /// <param name="doc">The operation.</param>
    /// <param name="everywhere">The problems that it shares with others of its kind.</param>
    public OpenApiOperation Write(OperationDoc doc, IEnumerable<ProblemType> everywhere) => new()
    {
        OperationId = doc.Id,
        Summary = doc.Summary,
        Description = doc.Description.Length > 0 ? doc.Description : null,
        Tags = new HashSet<OpenApiTagReference> { new(doc.Tag, document) },
        Parameters = [.. doc.Parameters.Select(Write)],
        RequestBody = doc.Body is { } body ? WriteBody(body(schemas), doc.Examples, doc.IsBodyRequired) : null,
        Security = doc.IsForAnyone ? [[]] : null,
        Responses = WriteResponses(doc, [.. doc.Problems.Concat(everywhere).Distinct()]),
    };

    private IOpenApiParameter Write(OperationDoc.Parameter parameter) => new OpenApiParameter
    {
        Name = parameter.Name,
        In = parameter.In,
        Required = parameter.IsRequired,
        Description = parameter.Text,
        Example = parameter.Example is { } example ? (JsonNode)example : null,
        Schema = parameter.Schema(schemas),
    };

    private static OpenApiRequestBody WriteBody(IOpenApiSchema schema, List<(string Name, string Json)> examples, bool isRequired) => new()
    {
        Required = isRequired,
        Content = new Dictionary<string, IOpenApiMediaType>
        {
            [Json] = new OpenApiMediaType
            {
                Schema = schema,
                Examples = examples.ToDictionary(
                    example => example.Name, example => (IOpenApiExample)new OpenApiExample { Value = JsonNode.Parse(example.Json) }),
            },
        },
    };

    private OpenApiResponses WriteResponses(OperationDoc doc, ProblemType[] problems)
    {
        var responses = new OpenApiResponses();
        foreach (int status in doc.Answers.Select(answer => answer.Status).Concat(problems.Select(problem => problem.Status!.Value))
            .Distinct().Order())
        {
            responses.Add(
                status.ToString(CultureInfo.InvariantCulture),
                Write(
                    doc,
                    [.. doc.Answers.Where(answer => answer.Status == status)],
                    [.. problems.Where(problem => problem.Status == status)]));
        }

        return responses;
    }

    private OpenApiResponse Write(OperationDoc doc, OperationDoc.AnswerDoc[] answers, ProblemType[] problems)
    {
        var content = new Dictionary<string, IOpenApiMediaType>();
        foreach (OperationDoc.AnswerDoc answer in answers)
        {
            if (answer.Schema is { } schema)
            {
                content.TryAdd(answer.MediaType, new OpenApiMediaType { Schema = schema(schemas) });
            }
        }

        if (problems.Length > 0)
        {
            Problems.UnionWith(problems);
            content.Add("application/problem+json", new OpenApiMediaType
            {
                Schema = schemas.Reference("Problem"),
                Examples = problems.ToDictionary(
                    problem => problem.Name, problem => (IOpenApiExample)new OpenApiExampleReference(problem.Name, document)),
            });
        }

        return new OpenApiResponse
        {
            Description = string.Join(
                "\n\n", answers.Select(answer => answer.Text).Concat(problems.Select(problem => $"`{problem.Name}`: {problem.Title}"))),
            Headers = answers.SelectMany(answer => answer.Headers)
                .Concat(problems.SelectMany(problem => ProblemDocs.HeadersOf(problem, doc.Waits)))
                .Distinct()
                .ToDictionary(name => name, name => (IOpenApiHeader)new OpenApiHeaderReference(name, document)),
            Content = content,
        };
    }
}
