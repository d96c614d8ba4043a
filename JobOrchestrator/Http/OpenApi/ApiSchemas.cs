using JobOrchestrator.Hosting;
using Microsoft.OpenApi;
using static JobOrchestrator.Http.OpenApi.Schema;

namespace JobOrchestrator.Http.OpenApi;

/// <summary>The named schemas of the API's own document.</summary>
/// <param name="document">The document that they are in.</param>
/// <param name="options">The bounds that they tell.</param>
internal sealed partial class ApiSchemas(OpenApiDocument document, ApiOptions options)
{
    /// <summary>Every schema, by name.</summary>
    public Dictionary<string, IOpenApiSchema> Make() =>
        new[]
            {
                MakeWords(), MakeDefaults(), MakeJobs(), MakeReports(), MakeQueues(), MakeWhy(), MakeEvents(), MakeOutcomes(),
                MakeAccess(), MakeStats(), MakeSearch(), MakeWorkers(), MakeErrors(), MakeMarks(), MakeActions(), MakeReplicas(),
                MakeOwners(), MakeChanges(),
            }
            .SelectMany(schemas => schemas)
            .ToDictionary(schema => schema.Name, schema => (IOpenApiSchema)schema.Schema);

    /// <summary>How many entries a page has.</summary>
    /// <param name="text">What happens beyond the most.</param>
    public OpenApiSchema PageLimit(string text = "") => Whole(text, 1, options.PageSizeMax).Else(options.PageSize);

    /// <summary>Many jobs to run.</summary>
    public OpenApiSchema Batch => List(Reference("Submission"), max: options.BatchItemsMax);

    /// <summary>A schema by its name.</summary>
    public IOpenApiSchema Reference(string name) => new OpenApiSchemaReference(name, document);

    /// <summary>What a caller sends: no other members, if those are refused.</summary>
    private OpenApiSchema Request(string text, params Member[] members)
    {
        OpenApiSchema schema = Object(text, members);
        schema.AdditionalPropertiesAllowed = options.UnknownMembers != UnknownMembers.Refuse;
        return schema;
    }
}
