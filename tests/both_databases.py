"""Which tests run on the second database (PostgreSQL and Redis) after all have run on SQLite.

On both: what the databases do differently. Once: what stands on no database, or on the same
statements as something that runs on both. A new test file is put in one of the two
(test_conventions asks for it). Of those on both, `IN_TURNS` take turns on the second with the
commits. Why so: docs/adr/0032-the-suite-in-fifteen-minutes.md and
docs/adr/0049-one-act-after-the-other-on-the-second-database.md.
"""

BOTH = {
    "constraints and triggers, and what a column takes": """
        cases/test_move cases/test_admin cases/test_needs budgets/test_totals budgets/test_lines
        budgets/test_actions poet/test_survey_sets""",
    "locks, and two at once": """
        cases/test_locks cases/test_start_staff cases/test_return_codes cases/test_contact_details
        cases/test_front_door budgets/test_shared_writing""",
    "plans of statements, and how many a page needs": """
        cases/test_query_plans cases/test_caseload cases/test_my_day cases/test_chronology
        test_page_cost""",
    "SQL of our own": """
        cases/test_sweep cases/test_digest cases/test_late_answers cases/test_danger
        cases/test_histogram cases/test_timings cases/test_patterns cases/test_expected_wait
        cases/test_clocks cases/test_access cases/test_access_log cases/test_subject_access
        cases/test_new_step cases/test_entered cases/test_same_person""",
    "money": """
        budgets/test_closing budgets/test_payments budgets/test_payment_batches
        budgets/test_batch_pages budgets/test_look_before budgets/test_money_days
        budgets/test_payee_pages budgets/test_finance_home budgets/test_suspensions
        budgets/test_personal_budget
        budgets/test_charge_batches budgets/test_overpayments budgets/test_charge_reviews
        budgets/test_undercharges budgets/test_year_end budgets/test_aftercare
        budgets/test_running_money budgets/test_spend budgets/test_support_instead
        budgets/test_payment_use budgets/test_extra_support budgets/test_estate
        budgets/test_restored budgets/test_running_import budgets/test_going_live
        budgets/test_uplift budgets/test_delegation budgets/test_rules budgets/test_routes
        budgets/test_monitoring budgets/test_charging_rates budgets/test_ledger_formats
        budgets/test_money_checks budgets/test_uprating budgets/test_planned_ends
        budgets/test_what_came budgets/test_act_bounds budgets/test_event_checks
        budgets/test_paid_days budgets/test_set_off budgets/test_earlier_charge
        budgets/test_hospital_stays budgets/test_told_estimates budgets/test_line_origins
        walks/test_money walks/test_random_money""",
    "figures": """
        poet/test_dashboard poet/test_figure_cache poet/test_figures_pages poet/test_process_pages
        poet/test_process_and_outcome poet/test_publishing poet/test_survey_conditions
        poet/test_weighting""",
    "jobs, sending, outages and health": """
        cases/test_outbox cases/test_undelivered cases/test_jobs cases/test_kill cases/test_relay
        cases/test_health cases/test_caches cases/test_outage cases/test_outage_for_real
        poet/test_survey poet/test_survey_answering""",
    "what anybody may type: length, signs and numbers that one database takes": """
        walks/test_bad_input walks/test_elsewhere words/test_odd_words""",
    "one crawl (each address once), one demonstration, one story": """
        test_crawl poet/test_demo stories/test_whole_journey""",
    "an upgrade with rows, and the tables that come of it": "test_upgrade",
    "the tests of the tests": "test_conventions",
}
ONCE = {
    "no database: arithmetic, words, files, components": """
        budgets/test_allocate_command budgets/test_allocation budgets/test_allocation_methods
        budgets/test_calibration budgets/test_charging budgets/test_money
        budgets/test_creditor_numbers budgets/test_ledger_answers budgets/test_ledger_layouts
        budgets/test_ledger_outgoing budgets/test_running
        cases/test_match_keys
        budgets/test_entitlement budgets/test_entitlement_lives budgets/test_entitlement_oracle
        budgets/test_entitlement_properties budgets/test_entitlement_refusals
        budgets/test_reckoner_and_bands budgets/test_scheme_files budgets/test_schemes
        budgets/test_small_numbers budgets/test_surplus budgets/test_uploads
        cases/test_components cases/test_compressed cases/test_office_hours
        cases/test_spreadsheets poet/test_figure_presenter poet/test_statistics
        poet/test_statistics_exact poet/test_suppression poet/test_national_surveys
        poet/test_benchmark_exchange words/test_easy_read words/test_every_string
        words/test_no_more_than_true words/test_promises words/test_reading""",
    "the repository, its commands and files": """
        test_broker test_changed test_dev test_docs test_glossary""",
    "what pages say and take, over statements that the crawl and the moves run on both": """
        cases/test_act cases/test_assessment_pages cases/test_case_page cases/test_casework
        cases/test_challenges
        cases/test_differences cases/test_done cases/test_helper_money cases/test_helpers
        cases/test_letters cases/test_tracker cases/test_owed_letters
        cases/test_page cases/test_paper cases/test_paper_forms cases/test_pdf
        cases/test_personal_details cases/test_progress_enquiry cases/test_public
        cases/test_refusals cases/test_requests cases/test_resumed_forms cases/test_reviews
        cases/test_rules cases/test_signin cases/test_start budgets/test_explanation
        cases/test_new_role budgets/test_new_route
        budgets/test_going_live_pages
        budgets/test_panel budgets/test_person_asked
        budgets/test_plan_differences budgets/test_plan_pages
        budgets/test_prefill budgets/test_studio poet/test_results_pages
        poet/test_set_up_council poet/test_survey_pages poet/test_whose_question""",
    "the same moves by the real pages, each of them a move that runs on both": """
        walks/test_asked_once walks/test_deciding walks/test_endings walks/test_five_routes
        walks/test_record_forms walks/test_roles walks/test_set_up walks/test_ways_out""",
    "the browser sees pages, not the database behind them": """
        stories/test_browser_killed stories/test_every_page stories/test_five_ways
        stories/test_money_stories
        stories/test_other_states stories/test_time_out""",
}

# Of BOTH: one in EVERY of each list runs on the second database, another with each commit.
EVERY = 4
IN_TURNS = {
    "one act of money each; random lives, the walks and the money days of all run every time": """
        budgets/test_payee_pages budgets/test_finance_home budgets/test_batch_pages
        budgets/test_look_before budgets/test_suspensions budgets/test_personal_budget
        budgets/test_charge_batches budgets/test_overpayments budgets/test_charge_reviews
        budgets/test_undercharges budgets/test_year_end budgets/test_aftercare
        budgets/test_support_instead budgets/test_payment_use budgets/test_extra_support
        budgets/test_estate budgets/test_restored budgets/test_going_live budgets/test_uplift
        budgets/test_delegation budgets/test_rules budgets/test_routes budgets/test_monitoring
        budgets/test_charging_rates budgets/test_ledger_formats
        budgets/test_what_came budgets/test_set_off budgets/test_earlier_charge""",
    "pages over figures; the figures themselves run every time": """
        poet/test_figures_pages poet/test_process_pages poet/test_process_and_outcome
        poet/test_publishing poet/test_survey_conditions poet/test_weighting poet/test_survey
        poet/test_survey_answering""",
    "lists and records of a case; sweeps, clocks and who may see what run every time": """
        cases/test_my_day cases/test_chronology cases/test_access_log cases/test_subject_access
        cases/test_new_step cases/test_entered cases/test_expected_wait cases/test_patterns
        cases/test_late_answers cases/test_undelivered cases/test_relay cases/test_health
        cases/test_caches""",
}


def places(lists: dict[str, str]) -> dict[str, int]:
    """File from the repository's root -> its place in its list."""
    return {
        f"tests/{name}.py": place
        for names in lists.values()
        for place, name in enumerate(names.split())
    }


def files(lists: dict[str, str]) -> list[str]:
    """Paths from the repository's root, as often as they are named."""
    return [f"tests/{name}.py" for names in lists.values() for name in names.split()]
