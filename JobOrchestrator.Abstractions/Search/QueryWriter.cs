using System.Diagnostics;
using System.Text;

namespace JobOrchestrator.Search;

/// <summary>Writes terms so that reading them gives the same terms.</summary>
internal static class QueryWriter
{
    /// <summary>Characters that begin a comparison.</summary>
    public const string Operators = "<>~";

    /// <summary>Writes a term.</summary>
    public static string Write(QueryTerm term)
    {
        string said = term switch
        {
            QueryTerm.Phase phase => Field(QueryFieldNames.Status, QueryPhases.WordsOf(phase.Phases)),
            QueryTerm.Text text => Field(QueryFieldNames.NameOf(text.Field), text.Values.Select(Value)),
            QueryTerm.Label label => Field(QueryField.LabelPrefix + label.Key, label.Values.Select(Value)),
            QueryTerm.Number number =>
                Field(QueryFieldNames.NameOf(number.Field), number.Ranges.Select(range => Range(range, QueryNumbers.Write))),
            QueryTerm.Time time =>
                Field(QueryFieldNames.NameOf(time.Field), time.Ranges.Select(range => Range(range, QueryMoments.Write))),
            QueryTerm.Duration duration =>
                Field(QueryFieldNames.NameOf(duration.Field), duration.Ranges.Select(range => Range(range, QueryDurations.Write))),
            QueryTerm.Older older => Field(QueryFieldNames.Older, [QueryDurations.Write(older.Age)]),
            QueryTerm.Younger younger => Field(QueryFieldNames.Younger, [QueryDurations.Write(younger.Age)]),
            QueryTerm.Word word => Word(word.Value),
            _ => throw new UnreachableException($"No form for {term.GetType().Name}."),
        };
        return term.IsNegated ? $"-{said}" : said;
    }

    /// <summary>A character that ends a text without quotes.</summary>
    public static bool EndsBare(char character) =>
        character is ',' or '"' || char.IsWhiteSpace(character) || char.IsControl(character);

    private static string Field(string name, IEnumerable<string> values) => $"{name}:{string.Join(',', values)}";

    private static string Value(QueryText text) => text.Match switch
    {
        QueryMatch.Exact => Atom(text.Value, Operators.Contains(text.Value.FirstOrDefault('-'), StringComparison.Ordinal)),
        QueryMatch.Beginning => Atom(text.Value, Operators.Contains(text.Value.FirstOrDefault('-'), StringComparison.Ordinal)) + "*",
        QueryMatch.Present => "*",
        QueryMatch.Contains => $"~{Atom(text.Value, false)}",
    };

    private static string Word(QueryText text) =>
        Atom(
            text.Value,
            text.Value.StartsWith('-') || text.Value.Contains(':', StringComparison.Ordinal) || QueryReader.IsJoint(text.Value))
        + (text.Match == QueryMatch.Beginning ? "*" : "");

    private static string Atom(string text, bool isMisread) =>
        isMisread || text.Length == 0 || text.EndsWith('*') || text.Any(EndsBare) ? Quoted(text) : text;

    private static string Quoted(string text)
    {
        StringBuilder quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (char character in text)
        {
            if (character is '"' or '\\')
            {
                quoted.Append('\\');
            }

            quoted.Append(character);
        }

        return quoted.Append('"').ToString();
    }

    private static string Range<T>(QueryRange<T> range, Func<T, string> write)
        where T : IEquatable<T> => range switch
        {
            { IsAny: true } => "*",
            { IsSingle: true } => write(range.From!.Value),
            { From: { } from, To: { } to } => $"{write(from.Value)}..{write(to.Value)}",
            { From: { } from } => $"{(from.IsIncluded ? ">=" : ">")}{write(from.Value)}",
            { To: { } to } => $"{(to.IsIncluded ? "<=" : "<")}{write(to.Value)}",
            _ => throw new UnreachableException("A range has an end or it has none."),
        };
}
