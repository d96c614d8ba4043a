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
    /// <summary>The page's sections, in this order.</summary>
    private static readonly (string Name, string Text)[] Sections =
    [
        ("Jobs", "What callers do: submit, wait, look, cancel, run again."),
        ("Workers", "What workers do: take jobs and report on them."),
        ("Queues", "Queues in numbers; pause and resume; replay or forget what has ended."),
        ("Events", "The feed of everything that happens to jobs."),
        ("Access", "Who calls, and what that caller may do."),
        ("Audit", "Whether every job is accounted for."),
        ("Health", "For probes and people."),
    ];

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        swaggerDoc.Tags = new HashSet<OpenApiTag>(
            Sections.Select(section => new OpenApiTag { Name = section.Name, Description = section.Text }));
        var schemas = new ApiSchemas(swaggerDoc, options.Value);
        AddAll(swaggerDoc, schemas.Make());
        AddAll(swaggerDoc, ResponseHeaders.Make());
        AddSecurity(swaggerDoc);
        var operations = new OperationWriter(swaggerDoc, schemas);
        foreach (RouteEndpoint endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<OperationDoc>() is { } doc
                && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { } methods)
            {
                Add(
                    swaggerDoc,
                    endpoint.RoutePattern.RawText!,
                    new HttpMethod(methods.HttpMethods[0]),
                    operations.Write(doc, Everywhere(doc, methods.HttpMethods[0])));
            }
        }

        AddAll(swaggerDoc, ProblemDocs.Make(operations.Problems));
    }

    /// <summary>
    /// The schemes are there in any case, for the page's <em>Authorize</em>; that a key is needed is said where there are any.
    /// </summary>
    private void AddSecurity(OpenApiDocument document)
    {
        document.AddComponent<IOpenApiSecurityScheme>("key", new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "API key, ticket or JWT",
            Description = "An API key (`Api:Keys`), a ticket that was made of one, or a token of the authority (`Api:Jwt`), where the "
                + "service asks for any.",
        });
        document.AddComponent<IOpenApiSecurityScheme>("keyHeader", new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = "X-Api-Key",
            Description = "The same key in a header of its own.",
        });
        document.Security = options.Value.AsksWhoCalls
            ?
            [
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", document)] = [] },
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("keyHeader", document)] = [] },
            ]
            : [[]];
    }

    /// <summary>What any operation of its kind may be answered, whatever it does.</summary>
    private static IEnumerable<ProblemType> Everywhere(OperationDoc doc, string method)
    {
        if (!doc.IsForAnyone)
        {
            // A query parameter that is not known.
            yield return ProblemType.MalformedRequest;
            yield return ProblemType.Unauthorized;
            yield return ProblemType.AuthorityUnavailable;
        }

        if (!HttpMethods.IsGet(method))
        {
            yield return ProblemType.Forbidden;
            yield return ProblemType.CrossSiteRequest;
            if (doc.Body is null)
            {
                // A body all the same.
                yield return ProblemType.InvalidRequest;
            }
        }

        yield return ProblemType.ForeignHost;
        yield return ProblemType.InternalError;
    }

    private static void AddAll<T>(OpenApiDocument document, Dictionary<string, T> components)
    {
        foreach ((string name, T component) in components)
        {
            document.AddComponent(name, component);
        }
    }

    private static void Add(OpenApiDocument document, string path, HttpMethod method, OpenApiOperation operation)
    {
        if (!document.Paths.TryGetValue(path, out IOpenApiPathItem? item))
        {
            document.Paths.Add(path, item = new OpenApiPathItem());
        }

        ((OpenApiPathItem)item).AddOperation(method, operation);
    }
}
