//! The reader's words for the rules of the grammar.

use super::parser::Rule;
use std::sync::LazyLock;

/// The keyword table is read from the grammar itself, so that it stands in one place only.
const LEXICAL: &str = include_str!("../../grammar/lexical.pest");

/// Every keyword of the language, Chinese word and English alias, in the grammar's order.
pub fn keywords() -> Vec<&'static str> {
    words_of(|_| true)
}

/// The keywords that may lead a line.
pub(super) fn leading_keywords() -> &'static [&'static str] {
    static LEADING: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let mut inside = false;
        words_of(|line| {
            inside |= line.starts_with("kw_version");
            !inside
        })
    });
    &LEADING
}

fn words_of(mut wanted: impl FnMut(&str) -> bool) -> Vec<&'static str> {
    let mut found = Vec::new();
    for line in LEXICAL.lines().filter(|l| l.starts_with("kw_")) {
        if wanted(line) {
            found.extend(line.split('"').skip(1).step_by(2));
        }
    }
    found
}

/// What a rule is called to the reader.
pub(super) fn word(rule: Rule) -> &'static str {
    match rule {
        Rule::EOI => "行末",
        Rule::kw_standard => "“标准”",
        Rule::kw_nature => "“性质”",
        Rule::kw_subject => "“评估对象”",
        Rule::kw_rounds | Rule::kw_round | Rule::part_round => "“轮次”",
        Rule::kw_judgements => "“评定来源”",
        Rule::kw_events => "“否决来源”",
        Rule::kw_departments => "“部门”",
        Rule::kw_unit => "“单位”",
        Rule::kw_table => "“数据表”",
        Rule::kw_population => "“总体”",
        Rule::kw_parameter => "“参数”",
        Rule::kw_define => "“定义”",
        Rule::kw_category | Rule::kw_categories => "“类别”",
        Rule::kw_indicator | Rule::kw_indicators => "“指标”",
        Rule::kw_veto => "“否决”",
        Rule::kw_qualification => "“资格”",
        Rule::kw_totals => "“共计”",
        Rule::kw_verdict | Rule::kw_conclusion | Rule::part_conclusion => "“结论”",
        Rule::kw_step => "“步骤”",
        Rule::kw_vacant => "“空号”",
        Rule::kw_amend => "“修订”",
        Rule::kw_replace => "“替换”",
        Rule::kw_delete => "“删除”",
        Rule::kw_add => "“增加”",
        Rule::kw_supplement => "“补充”",
        Rule::kw_at | Rule::placement => "“在”",
        Rule::kw_after => "“之后”",
        Rule::kw_ahead => "“之前”",
        Rule::kw_within => "“之下”",
        Rule::relation => "“之后”“之前”或“之下”",
        Rule::change_verb => "“修订”“替换”“删除”“增加”或“补充”",
        Rule::anchor | Rule::anchor_word => "位置（如“指标 38”）",
        Rule::kw_key => "“主键”",
        Rule::kw_reference | Rule::option_reference => "“引用”",
        Rule::kw_display | Rule::kw_name | Rule::part_name => "“名称”",
        Rule::kw_field => "“字段”",
        Rule::kw_verify | Rule::kw_verify_rows => "“核验”",
        Rule::kw_note => "“口径”",
        Rule::kw_responsible => "“责任单位”",
        Rule::kw_point | Rule::kw_point_count => "“要点”",
        Rule::kw_condition => "“条件”",
        Rule::kw_trigger => "“触发”",
        Rule::kw_each | Rule::each | Rule::several => "“每个”",
        Rule::kw_group | Rule::group => "“每组”",
        Rule::kw_judged | Rule::judged => "“评定”",
        Rule::kw_score | Rule::score => "“得”",
        Rule::kw_cross_check | Rule::cross_check => "“互证”",
        Rule::kw_grade => "“等级”",
        Rule::kw_superior | Rule::part_superior => "“上级”",
        Rule::kw_relief => "“宽限”",
        Rule::kw_duty | Rule::duty => "“后续”",
        Rule::kw_rows_met => "“达到”",
        Rule::kw_allow => "“允许”",
        Rule::kw_exceptions => "“个例外”",
        Rule::tolerance => "“至少”或“允许”",
        Rule::kw_part => "“分项”",
        Rule::kw_at_least | Rule::least_met => "“至少”",
        Rule::kw_at_most | Rule::most_unmet => "“至多”",
        Rule::kw_parts_met => "“项达到”",
        Rule::kw_parts_unmet => "“项未达到”",
        Rule::kw_rest | Rule::rest_floor => "“其余不低于”",
        Rule::percent => "“%”",
        Rule::kw_case => "“用例”",
        Rule::kw_given => "“给定”",
        Rule::kw_expect => "“期望”",
        Rule::kw_on_date => "“日期”",
        Rule::kw_on_round => "“轮次”",
        Rule::kw_none => "“无”",
        Rule::kw_value | Rule::expect_value => "“值”",
        Rule::kw_bad_data | Rule::expect_error => "“数据有误”",
        Rule::kw_met => "“达到”",
        Rule::kw_not_met => "“未达到”",
        Rule::kw_triggered => "“触发”",
        Rule::kw_clear => "“未触发”",
        Rule::kw_by_relief => "“按宽限达到”",
        Rule::kw_inapplicable => "“不适用”",
        Rule::kw_flagged => "“有提示”",
        Rule::kw_unflagged => "“无提示”",
        Rule::kw_holds => "“符合”",
        Rule::kw_fails => "“不符合”",
        Rule::kw_not_checkable => "“无法核验”",
        Rule::bar => "“|”",
        Rule::cell => "格子",
        Rule::expect_verdict => "“结论”",
        Rule::expect_grade => "“等级”",
        Rule::expect_verify => "“核验”",
        Rule::expect_item | Rule::target => "条目（如“指标 1 要点 1”）",
        Rule::expected_word => "“达到”“未达到”“未定”“触发”“未触发”“不适用”",
        Rule::expected_score => "“得分”",
        Rule::signed_number => "数",
        Rule::kw_error | Rule::kw_warning | Rule::kw_notice | Rule::level => "“错误”“警告”或“提示”",
        Rule::kw_near | Rule::near => "“同类相近”",
        Rule::kw_distinct | Rule::distinct => "“各不相同”",
        Rule::near_by => "“按”",
        Rule::near_least => "“至少 几 行”",
        Rule::near_limit => "“至多 几 倍”",
        Rule::kw_rows => "“行”",
        Rule::kw_times => "“倍”",
        Rule::kw_version => "“版本”",
        Rule::kw_must => "“必达”",
        Rule::kw_scored => "“计分”",
        Rule::kw_code | Rule::part_code => "“代码”",
        Rule::kw_members | Rule::part_members => "“成员”",
        Rule::kw_base_year | Rule::part_base_year => "“基准年”",
        Rule::kw_item | Rule::part_item => "“条目”",
        Rule::kw_scoring | Rule::part_scoring => "“得分”",
        Rule::kw_evidence | Rule::part_evidence => "“佐证”",
        Rule::kw_exists | Rule::part_exists => "“存在”",
        Rule::kw_description | Rule::kw_help | Rule::part_description | Rule::option_help => "“说明”",
        Rule::kw_aka | Rule::aliases => "“又作”",
        Rule::kw_by => "“按”",
        Rule::kw_having | Rule::having => "“仅当”",
        Rule::kw_from | Rule::step_from => "“自”",
        Rule::kw_until | Rule::kw_to | Rule::step_until => "“至”",
        Rule::kw_words | Rule::step_words => "“原文”",
        Rule::kw_full => "“满分”",
        Rule::kw_undetermined => "“未定”",
        Rule::kw_points => "“分”",
        Rule::kw_counter => "“项”",
        Rule::kw_text => "“文本”",
        Rule::kw_choice | Rule::type_choice => "“选项”",
        Rule::kw_ordered | Rule::type_ordered => "“有序选项”",
        Rule::kw_integer | Rule::type_integer => "“整数”",
        Rule::kw_decimal | Rule::type_decimal => "“小数”",
        Rule::kw_places => "“位”",
        Rule::kw_month | Rule::type_month => "“年月”",
        Rule::kw_date | Rule::type_date => "“日期”",
        Rule::kw_bool | Rule::type_bool => "“是否”",
        Rule::kw_required | Rule::option_required => "“必填”",
        Rule::kw_year | Rule::option_year => "“年度”",
        Rule::kw_signed | Rule::option_signed => "“可为负”",
        Rule::kw_additive | Rule::option_additive => "“合计”",
        Rule::kw_range | Rule::option_range => "“范围”",
        Rule::kw_source | Rule::option_source => "“来源”",
        Rule::kw_and | Rule::and => "“且”",
        Rule::kw_or | Rule::or => "“或”",
        Rule::kw_not | Rule::not => "“非”",
        Rule::kw_in | Rule::membership => "“属于”",
        Rule::kw_not_in => "“不属于”",
        Rule::kw_if | Rule::if_then => "“若”",
        Rule::kw_then => "“则”",
        Rule::kw_else => "“否则”",
        Rule::kw_where | Rule::where_part => "“其中”",
        Rule::kw_yes => "“是”",
        Rule::kw_no => "“否”",
        Rule::kw_last => "“近”",
        Rule::kw_before => "“前”",
        Rule::kw_years => "“年”",
        Rule::name | Rule::path | Rule::define_target => "名称",
        Rule::text | Rule::label => "引号中的文字",
        Rule::number | Rule::quantity | Rule::dated_value => "数",
        Rule::date => "日期",
        Rule::written_date => "日期（如 2018-09-01）",
        Rule::item_number => "编号",
        Rule::raw_name | Rule::raw_list => "单位名称",
        Rule::unit | Rule::unit_atom => "单位",
        Rule::colon => "“：”",
        Rule::comma => "“，”",
        Rule::enum_sep | Rule::list_sep => "“、”",
        Rule::dot => "“.”",
        Rule::stroke => "“/”",
        Rule::open | Rule::parameters => "“（”",
        Rule::close => "“）”",
        Rule::lbrace => "“{”",
        Rule::rbrace => "“}”",
        Rule::expression | Rule::arguments => "算式或条件",
        Rule::negative => "负号",
        Rule::ge | Rule::le | Rule::ne | Rule::lt | Rule::gt => "比较符号",
        Rule::eq => "“＝”",
        Rule::add | Rule::sub | Rule::mul | Rule::div => "运算符号",
        Rule::boolean => "“是”或“否”",
        Rule::last_years => "“近 几 年”",
        Rule::years_before => "“前 几 年”",
        Rule::bracketed => "括号",
        Rule::call => "函数",
        Rule::filtered_scope | Rule::plain_scope => "统计范围",
        Rule::lead => "行首的关键词",
        Rule::full_score => "分值（如“（10分）”）",
        Rule::line_standard
        | Rule::line_nature
        | Rule::line_subject
        | Rule::line_rounds
        | Rule::line_judgements
        | Rule::line_events
        | Rule::line_departments
        | Rule::line_responsible
        | Rule::line_unit
        | Rule::line_table
        | Rule::line_key
        | Rule::line_reference
        | Rule::line_display
        | Rule::line_verify
        | Rule::line_verify_rows
        | Rule::part_verify
        | Rule::line_note
        | Rule::line_field
        | Rule::line_population
        | Rule::line_parameter
        | Rule::line_define
        | Rule::line_category
        | Rule::line_indicator
        | Rule::line_point
        | Rule::line_veto
        | Rule::line_qualification
        | Rule::line_totals
        | Rule::line_verdict
        | Rule::line_condition
        | Rule::line_step
        | Rule::line_trigger
        | Rule::line_part
        | Rule::line_relief
        | Rule::line_grade
        | Rule::line_vacant
        | Rule::part_standard
        | Rule::part_nature
        | Rule::part_table
        | Rule::part_field
        | Rule::part_population
        | Rule::part_parameter
        | Rule::part_define
        | Rule::part_indicator
        | Rule::part_point
        | Rule::part_veto
        | Rule::part_qualification
        | Rule::part_totals
        | Rule::part_verdict
        | Rule::part_step
        | Rule::part_settings
        | Rule::change
        | Rule::change_owner
        | Rule::owner_indicator
        | Rule::owner_table
        | Rule::line_rule
        | Rule::line_case
        | Rule::line_on_date
        | Rule::line_on_round
        | Rule::line_given
        | Rule::line_row
        | Rule::line_expect => "一条完整的声明",
        Rule::nature_kind => "“必达”“计分”“否决”或“资格”",
        Rule::field_type => "字段类型（文本、选项、有序选项、整数、小数、年月、日期、是否）",
        Rule::field_option => "字段说明（引用、必填、年度、可为负、合计、范围、说明、来源、又名）",
        Rule::option_aka => "“又名”",
        Rule::total => "合计的名目",
        Rule::condition => "条件",
        // Silent rules are never reported.
        Rule::WHITESPACE
        | Rule::level_word
        | Rule::requirement
        | Rule::word_end
        | Rule::reserved
        | Rule::curly_text
        | Rule::digit
        | Rule::hyphen
        | Rule::point_mark
        | Rule::raw_bracket
        | Rule::raw_space
        | Rule::aka_ahead
        | Rule::unit_stop
        | Rule::glued
        | Rule::operand
        | Rule::primary
        | Rule::infix
        | Rule::call_body
        | Rule::lead_word
        | Rule::lead_stop
        | Rule::more_options
        | Rule::rest
        | Rule::rest_word
        | Rule::field_option_word => "",
        Rule::score_until => "“～”",
    }
}
