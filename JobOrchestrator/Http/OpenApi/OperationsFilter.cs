using System.Globalization;
using System.Text.Json.Nodes;
using JobOrchestrator.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace JobOrchestrator.Http.OpenApi;

/// <summary>
/// Puts every endpoint that has an <see cref="OperationDoc"/> into the API's document. The endpoints are plain request delegates, which
/// the framework's own explorer passes over.
/// </summary>
internal sealed class OperationsFilter(EndpointDataSource endpoints, IOptions<ApiOptions> options) : IDocumentFilter
{
    private const string Json = "application/json";

    /// <summary>The page's sections, in this order.</summary>
    private static readonly string[] Sections = ["Jobs", "Workers", "Queues", "Events", "Audit", "Health"];

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        swaggerDoc.Tags = new HashSet<OpenApiTag>(Sections.Select(section => new OpenApiTag { Name = section }));
        foreach ((string name, IOpenApiSchema schema) in ApiSchemas.Make(swaggerDoc))
        {
            swaggerDoc.AddComponent(name, schema);
        }

        if (options.Value.Keys.Count > 0)
        {
            swaggerDoc.AddComponent<IOpenApiSecurityScheme>(
                "key", new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" });
            swaggerDoc.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", swaggerDoc)] = [] }];
        }

        foreach (RouteEndpoint endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<OperationDoc>() is { } doc
                && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { } methods)
            {
                Add(swaggerDoc, endpoint.RoutePattern.RawText!, new HttpMethod(methods.HttpMethods[0]), doc);
            }
        }
    }

    private static void Add(OpenApiDocument document, string path, HttpMethod method, OperationDoc doc)
    {
        if (!document.Paths.TryGetValue(path, out IOpenApiPathItem? item))
        {
            document.Paths.Add(path, item = new OpenApiPathItem());
        }

        ((OpenApiPathItem)item).AddOperation(method, new OpenApiOperation
        {
            Summary = doc.Summary,
            Description = doc.Description,
            Tags = new HashSet<OpenApiTagReference> { new(doc.Tag, document) },
            Parameters = [.. doc.Parameters.Select(ToParameter)],
            RequestBody = doc.BodySchema is { } schema ? ToBody(document, schema, doc.Examples) : null,
            Responses = ToResponses(document, doc),
        });
    }

    private static IOpenApiParameter ToParameter(OperationDoc.Parameter parameter) => new OpenApiParameter
    {
        Name = parameter.Name,
        In = parameter.In switch
        {
            "path" => ParameterLocation.Path,
            "query" => ParameterLocation.Query,
            _ => ParameterLocation.Header,
        },
        Required = parameter.In == "path",
        Description = parameter.Text,
        Example = parameter.Example is { } example ? (JsonNode)example : null,
        Schema = parameter.Words.Length > 0 ? ApiSchemas.Words(parameter.Words) : new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static OpenApiRequestBody ToBody(OpenApiDocument document, string schema, List<(string Name, string Json)> examples) => new()
    {
        Required = true,
        Content = new Dictionary<string, IOpenApiMediaType>
        {
            [Json] = new OpenApiMediaType
            {
                Schema = ToSchema(document, schema),
                Examples = examples.ToDictionary(
                    example => example.Name, example => (IOpenApiExample)new OpenApiExample { Value = JsonNode.Parse(example.Json) }),
            },
        },
    };

    private static OpenApiResponses ToResponses(OpenApiDocument document, OperationDoc doc)
    {
        var responses = new OpenApiResponses();
        foreach (IGrouping<int, OperationDoc.AnswerDoc> status in doc.Answers.GroupBy(
            answer => answer.Status).OrderBy(status => status.Key))
        {
            responses.Add(status.Key.ToString(CultureInfo.InvariantCulture), new OpenApiResponse
            {
                Description = string.Join("\n\n", status.Select(answer => answer.Text)),
                Content = status.Where(answer => answer.Schema is not null).DistinctBy(answer => answer.MediaType).ToDictionary(
                    answer => answer.MediaType,
                    answer => (IOpenApiMediaType)new OpenApiMediaType { Schema = ToSchema(document, answer.Schema!) }),
            });
        }

        return responses;
    }

    /// <summary>A schema by its name; <c>Name[]</c> is a list of it.</summary>
    private static IOpenApiSchema ToSchema(OpenApiDocument document, string name) => name switch
    {
        "" => new OpenApiSchema(),
        "text" => new OpenApiSchema { Type = JsonSchemaType.String },
        _ when name.EndsWith("[]", StringComparison.Ordinal) => ApiSchemas.List(ApiSchemas.Reference(name[..^2], document)),
        _ => ApiSchemas.Reference(name, document),
    };
}
