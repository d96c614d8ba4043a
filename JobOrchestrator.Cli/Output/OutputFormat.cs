namespace JobOrchestrator.Cli;

/// <summary>How results are written.</summary>
internal enum OutputFormat
{
    /// <summary>For people: tables, words, colours.</summary>
    Table = 1,

    /// <summary>One JSON document, indented; of several things a list.</summary>
    Json = 2,

    /// <summary>One JSON document a line.</summary>
    Jsonl = 3,

    /// <summary>One id a line, whole.</summary>
    Id = 4,
}
