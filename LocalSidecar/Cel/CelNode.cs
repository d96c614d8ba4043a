using System.Text.Json;
using System.Text.RegularExpressions;

namespace LocalSidecar.Cel;

/// <summary>A part of an expression. Values are null, bool, long, double, string, lists, and JSON objects and arrays.</summary>
internal abstract record CelNode
{
    private CelNode()
    {
    }

    /// <exception cref="CelException">The part has no value for this event.</exception>
    public abstract object? Evaluate(JsonElement cloudEvent);

    internal sealed record Literal(object? Value) : CelNode
    {
        public override object? Evaluate(JsonElement cloudEvent) => Value;
    }

    internal sealed record Event : CelNode
    {
        public override object? Evaluate(JsonElement cloudEvent) => cloudEvent;
    }

    internal sealed record List(IReadOnlyList<CelNode> Items) : CelNode
    {
        public override object? Evaluate(JsonElement cloudEvent) => Items.Select(item => item.Evaluate(cloudEvent)).ToList();
    }

    internal sealed record Member(CelNode Of, string Name) : CelNode
    {
        public override object? Evaluate(JsonElement cloudEvent) =>
            Find(cloudEvent) is { } found ? CelValue.From(found) : throw new CelException($"no such key: {Name}");

        /// <summary>The member, or null when the object lacks it; the object itself must be there.</summary>
        public JsonElement? Find(JsonElement cloudEvent) =>
            Of.Evaluate(cloudEvent) is JsonElement { ValueKind: JsonValueKind.Object } map
                ? map.TryGetProperty(Name, out JsonElement value) ? value : null
                : throw new CelException($"no member {Name}: not an object");
    }

    internal sealed record Index(CelNode Of, CelNode At) : CelNode
    {
        public override object? Evaluate(JsonElement cloudEvent) => (Of.Evaluate(cloudEvent), At.Evaluate(cloudEvent)) switch
        {
            (JsonElement { ValueKind: JsonValueKind.Object } map, string name) =>
                map.TryGetProperty(name, out JsonElement value) ? CelValue.From(value) : throw new CelException($"no such key: {name}"),
            (JsonElement { ValueKind: JsonValueKind.Array } array, long
                or double) when CelValue.Whole(At.Evaluate(cloudEvent)) is { } at =>
                at >= 0 && at < array.GetArrayLength()
                    ? CelValue.From(array[(int)at])
                    : throw new CelException($"index out of bounds: {at}"),
            (List<object?> list, long or double) when CelValue.Whole(At.Evaluate(cloudEvent)) is { } at =>
                at >= 0 && at < list.Count ? list[(int)at] : throw new CelException($"index out of bounds: {at}"),
            _ => throw new CelException("no such overload: []"),
        };
    }

    internal sealed record Has(Member Of) : CelNode
    {
        public override object? Evaluate(JsonElement cloudEvent) => Of.Find(cloudEvent) is not null;
    }

    internal sealed record Not(CelNode Of) : CelNode
    {
        public override object? Evaluate(JsonElement cloudEvent) => !CelValue.Truth(Of.Evaluate(cloudEvent));
    }

    internal sealed record Negate(CelNode Of) : CelNode
    {
        public override object? Evaluate(JsonElement cloudEvent) => Of.Evaluate(cloudEvent) switch
        {
            long number => -number,
            double number => -number,
            _ => throw new CelException("no such overload: -"),
        };
    }

    /// <summary>And, or: one side alone may decide, even when the other has no value.</summary>
    internal sealed record Logic(CelNode Left, CelNode Right, bool Deciding) : CelNode
    {
        public override object? Evaluate(JsonElement cloudEvent)
        {
            CelException? failure = null;
            foreach (CelNode side in new[] { Left, Right })
            {
                try
                {
                    if (CelValue.Truth(side.Evaluate(cloudEvent)) == Deciding)
                    {
                        return Deciding;
                    }
                }
                catch (CelException problem)
                {
                    failure ??= problem;
                }
            }

            return failure is null ? !Deciding : throw failure;
        }
    }

    internal sealed record Compare(CelNode Left, CelNode Right, string Operator) : CelNode
    {
        public override object? Evaluate(JsonElement cloudEvent)
        {
            object? left = Left.Evaluate(cloudEvent);
            object? right = Right.Evaluate(cloudEvent);
            return Operator switch
            {
                "==" => CelValue.AreEqual(left, right),
                "!=" => !CelValue.AreEqual(left, right),
                "<" => CelValue.Order(left, right) < 0,
                "<=" => CelValue.Order(left, right) <= 0,
                ">" => CelValue.Order(left, right) > 0,
                _ => CelValue.Order(left, right) >= 0,
            };
        }
    }

    internal sealed record In(CelNode Item, CelNode Of) : CelNode
    {
        public override object? Evaluate(JsonElement cloudEvent)
        {
            object? item = Item.Evaluate(cloudEvent);
            return Of.Evaluate(cloudEvent) switch
            {
                List<object?> list => list.Exists(other => CelValue.AreEqual(item, other)),
                JsonElement { ValueKind: JsonValueKind.Array } array =>
                    array.EnumerateArray().Any(other => CelValue.AreEqual(item, CelValue.From(other))),
                JsonElement { ValueKind: JsonValueKind.Object } map when item is string name => map.TryGetProperty(name, out _),
                _ => throw new CelException("no such overload: in"),
            };
        }
    }

    internal sealed record Call(string Name, IReadOnlyList<CelNode> Arguments) : CelNode
    {
        // A rule comes from an app or a file, an event from anyone: matching stays linear in its length.
        private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

        public override object? Evaluate(JsonElement cloudEvent)
        {
            object?[] values = Arguments.Select(argument => argument.Evaluate(cloudEvent)).ToArray();
            return (Name, values) switch
            {
                ("startsWith", [string text, string part]) => text.StartsWith(part, StringComparison.Ordinal),
                ("endsWith", [string text, string part]) => text.EndsWith(part, StringComparison.Ordinal),
                ("contains", [string text, string part]) => text.Contains(part, StringComparison.Ordinal),
                ("matches", [string text, string pattern]) => Matches(text, pattern),
                ("size", [var value]) => CelValue.Size(value),
                ("int", [var value]) => CelValue.ToInt(value),
                ("double", [var value]) => CelValue.ToDouble(value),
                ("string", [var value]) => CelValue.ToText(value),
                _ => throw new CelException($"no such overload: {Name}"),
            };
        }

        private static bool Matches(string text, string pattern)
        {
            try
            {
                return Regex.IsMatch(text, pattern, Linear);
            }
            catch (Exception problem) when (problem is ArgumentException or NotSupportedException)
            {
                throw new CelException($"not a regular expression: {pattern}");
            }
        }
    }
}
